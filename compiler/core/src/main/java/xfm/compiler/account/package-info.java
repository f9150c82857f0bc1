/**
 * What a model holds and costs, counted from its graph alone. Read Account, then Counting (rows and
 * blocks), AxisClasses (what "per head" means), AccountTable and AccountJson.
 */
package xfm.compiler.account;
