/**
 * Text from a model that gives scores for the next token: {@link xfm.compiler.generate.Sampler}
 * chooses, {@link xfm.compiler.generate.Generator} goes on until it is enough, {@link
 * xfm.compiler.generate.TokenModel} is the model seen as something that reads tokens, {@link
 * xfm.compiler.generate.WindowLoss} measures how well it predicts a text.
 */
package xfm.compiler.generate;
