@echo off
rem Starts xfm on Windows: finds a JDK, builds when the sources have changed, runs.
rem The same as the script `xfm` beside it, in the words of cmd; see there for why.
setlocal EnableExtensions DisableDelayedExpansion
set "ROOT=%~dp0"
set "ROOT=%ROOT:~0,-1%"
set "STATE=%ROOT%\target\xfm"
set "NEEDED=25"
set "JDK="

if defined JAVA_HOME call :consider "%JAVA_HOME%"
for %%J in (java.exe) do if not "%%~$PATH:J"=="" call :consider "%%~dp$PATH:J.."
for %%V in ("%ProgramFiles%\Eclipse Adoptium" "%ProgramFiles%\Java" "%ProgramFiles%\Microsoft" "%ProgramFiles%\Zulu" "%ProgramFiles%\Amazon Corretto" "%ProgramFiles%\BellSoft" "%LOCALAPPDATA%\Programs\Eclipse Adoptium" "%USERPROFILE%\.jdks" "%USERPROFILE%\.sdkman\candidates\java") do (
  if exist "%%~V" for /d %%D in ("%%~V\*") do call :consider "%%~D"
)
if not defined JDK (
  >&2 echo xfm needs a JDK %NEEDED% or newer, and found none.
  >&2 echo Install one:  winget install EclipseAdoptium.Temurin.%NEEDED%.JDK
  >&2 echo or set JAVA_HOME to the folder of one.
  exit /b 1
)
set "JAVA_HOME=%JDK%"

if "%~1"=="mvn" goto :maven
call :changed
if errorlevel 1 call :build || exit /b 1
if "%~1"=="test" goto :test

set "FLAGS=--add-modules=jdk.incubator.vector"
for %%C in (-h --help -V --version fmt check dump account names explain) do if "%~1"=="%%C" set "FLAGS=-XX:+UseSerialGC -XX:TieredStopAtLevel=1"
if "%~1"=="" set "FLAGS=-XX:+UseSerialGC -XX:TieredStopAtLevel=1"
"%JDK%\bin\java.exe" @"%ROOT%\compiler\cli\java.args" %FLAGS% %XFM_JAVA_OPTS% -p "%STATE%\lib" -m xfm.cli/xfm.cli.Main %*
exit /b %ERRORLEVEL%

:maven
for /f "tokens=1,*" %%A in ("%*") do call "%ROOT%\mvnw.cmd" -f "%ROOT%\pom.xml" -B %%B
exit /b %ERRORLEVEL%

:test
for /f "tokens=1,*" %%A in ("%*") do call "%ROOT%\mvnw.cmd" -f "%ROOT%\pom.xml" -B --no-transfer-progress test -Dsurefire.failIfNoSpecifiedTests=false %%B
exit /b %ERRORLEVEL%

rem Takes the folder if it is a JDK that is new enough.
:consider
if defined JDK exit /b 0
if not exist "%~1\release" exit /b 0
if not exist "%~1\bin\javac.exe" exit /b 0
for /f "usebackq tokens=2 delims==" %%R in (`findstr /b "JAVA_VERSION=" "%~1\release"`) do (
  for /f "tokens=1 delims=.-+" %%M in ("%%~R") do if %%M GEQ %NEEDED% set "JDK=%~f1"
)
exit /b 0

rem Sets ERRORLEVEL 1 if a source is newer than the last build.
:changed
if not exist "%STATE%\stamp" exit /b 1
powershell -NoProfile -Command "$t = (Get-Item '%STATE%\stamp').LastWriteTime; Set-Location '%ROOT%'; exit [int][bool](Get-ChildItem pom.xml,grammar,runtime,stdlib,compiler -Recurse -File | Where-Object { $_.LastWriteTime -gt $t -and $_.FullName -notmatch '\\target\\|\\src\\test\\|\.md$' } | Select-Object -First 1)"
exit /b %ERRORLEVEL%

:build
>&2 echo Building xfm
if not exist "%STATE%" mkdir "%STATE%"
type nul > "%STATE%\stamp.new"
if exist "%STATE%\lib" rmdir /s /q "%STATE%\lib"
call "%ROOT%\mvnw.cmd" -f "%ROOT%\pom.xml" -B package -pl compiler/cli -am -Dmaven.test.skip=true > "%ROOT%\target\build.log" 2>&1
if errorlevel 1 (
  >&2 findstr /b /c:"[ERROR]" "%ROOT%\target\build.log"
  >&2 echo xfm: the build failed; the whole output is in %ROOT%\target\build.log
  exit /b 1
)
move /y "%STATE%\stamp.new" "%STATE%\stamp" > nul
exit /b 0
