/** The launcher script, tried in a checkout that is made up: fake JDKs, a fake Maven. */
package xfm.tests.launcher;
