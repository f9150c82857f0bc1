/**
 * What a model holds and costs, counted from its graph alone. Read Account, then Counting (rows and
 * blocks), AxisClasses (what "per head" means), Rereading (the cache), Active (what one token
 * uses), AccountTable and AccountJson; Comparison puts several side by side.
 */
package xfm.compiler.account;
