/** The standard library: .xfm files only, found as resources under META-INF/xfm/stdlib. */
module xfm.stdlib {}
