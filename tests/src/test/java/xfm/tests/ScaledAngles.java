package xfm.tests;

import xfm.runtime.io.JsonValue;

/**
 * By how much each pair of a vector's entries turns from one place to the next, and what it is
 * multiplied with, as the configuration of a published model says: for comparison, written out
 * plainly.
 */
record ScaledAngles(double[] frequency, double amplitude) {

  static ScaledAngles of(JsonValue.Obj config, JsonValue.Obj scaling, int dims) {
    double theta = number(config, "rope_theta", number(scaling, "rope_theta", 1e4));
    double longest = number(config, "max_position_embeddings", 0);
    double trained = number(scaling, "original_max_position_embeddings", longest);
    double factor = number(scaling, "factor", 1);
    String kind =
        scaling
            .find("rope_type")
            .or(() -> scaling.find("type"))
            .map(type -> ((JsonValue.Text) type).value())
            .orElseThrow();
    double[] frequency = new double[dims / 2];
    for (int f = 0; f < frequency.length; f++) {
      double plain = 1 / Math.pow(theta, 2.0 * f / dims);
      frequency[f] =
          switch (kind) {
            case "linear" -> plain / factor;
            case "llama3" -> llama3(plain, scaling, factor, trained);
            case "yarn" -> {
              double from =
                  Math.max(
                      Math.floor(turning(number(scaling, "beta_fast", 32), trained, theta, dims)),
                      0);
              double to =
                  Math.min(
                      Math.ceil(turning(number(scaling, "beta_slow", 1), trained, theta, dims)),
                      dims - 1);
              double ramp = (f - from) / (from == to ? 0.001 : to - from);
              double slowed = Math.min(Math.max(ramp, 0), 1);
              yield plain / factor * slowed + plain * (1 - slowed);
            }
            default -> throw new IllegalArgumentException(kind);
          };
    }
    double recommended = kind.equals("yarn") && factor > 1 ? 0.1 * Math.log(factor) + 1 : 1;
    return new ScaledAngles(frequency, number(scaling, "attention_factor", recommended));
  }

  private static double llama3(double plain, JsonValue.Obj scaling, double factor, double trained) {
    double low = number(scaling, "low_freq_factor", 1);
    double high = number(scaling, "high_freq_factor", 4);
    double wavelength = 2 * Math.PI / plain;
    if (wavelength < trained / high) {
      return plain;
    }
    if (wavelength > trained / low) {
      return plain / factor;
    }
    double smooth = (trained / wavelength - low) / (high - low);
    return (1 - smooth) * plain / factor + smooth * plain;
  }

  /** The pair (not a whole number) that turns so many times over the trained length. */
  private static double turning(double times, double trained, double theta, int dims) {
    return dims * Math.log(trained / (times * 2 * Math.PI)) / (2 * Math.log(theta));
  }

  private static double number(JsonValue.Obj from, String key, double otherwise) {
    return from.find(key)
        .map(value ->
            switch (value) {
              case JsonValue.Int(var number) -> number.doubleValue();
              case JsonValue.Decimal(double number) -> number;
              default -> otherwise;
            })
        .orElse(otherwise);
  }
}
