/**
 * What every command stands on: the process around it ({@link xfm.cli.host.World}), the language
 * inside it ({@link xfm.cli.host.Session}, {@link xfm.cli.host.Tool}), and how each kind of failure
 * becomes a message and an exit code ({@link xfm.cli.host.Failures}).
 */
package xfm.cli.host;
