package xfm.compiler.ir;

import static xfm.compiler.ir.GraphBuilder.apply;
import static xfm.compiler.ir.GraphBuilder.atMost;
import static xfm.compiler.ir.GraphBuilder.index;
import static xfm.compiler.ir.GraphBuilder.minus;
import static xfm.compiler.ir.GraphBuilder.number;
import static xfm.compiler.ir.GraphBuilder.over;
import static xfm.compiler.ir.GraphBuilder.plus;
import static xfm.compiler.ir.GraphBuilder.read;
import static xfm.compiler.ir.GraphBuilder.readElse;
import static xfm.compiler.ir.GraphBuilder.reduce;
import static xfm.compiler.ir.GraphBuilder.softmax;
import static xfm.compiler.ir.GraphBuilder.sum;
import static xfm.compiler.ir.GraphBuilder.times;

import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import xfm.compiler.ir.Atom.Index;
import xfm.compiler.ir.Atom.Symbol;
import xfm.compiler.ir.Term.BinaryOp;
import xfm.compiler.ir.Term.Kind;
import xfm.compiler.ir.Term.ReduceOp;
import xfm.compiler.ir.Term.UnaryOp;
import xfm.runtime.tensor.Tensor;

/** Graphs drawn at random, of the constructs that models are made of, with data for them. */
public final class RandomGraphs {
  /** How often each construct was drawn, over all graphs of this object. */
  public final Map<String, Integer> counts = new TreeMap<>();

  private static final long[] SIZES = {1, 2, 3, 4, 7, 33};
  private static final long[] LENGTHS = {0, 1, 2, 3, 5, 8, 17};
  private static final double LARGEST = 40_000;

  private final Random random;
  private final Random odd;
  private GraphBuilder builder;
  private Symbol n;
  private Symbol m;
  private Value tokens;
  private Value flags;
  private List<Value> inputs;
  private List<Value> floats;
  private int made;

  /** Whether values are hidden by a mask: if they are none, an equation multiplies them by 0. */
  private boolean hides;

  public RandomGraphs(long seed) {
    random = new Random(seed);
    odd = new Random(seed);
  }

  private long size() {
    return SIZES[random.nextInt(SIZES.length)];
  }

  private Poly axis() {
    return switch (random.nextInt(5)) {
      case 0, 1 -> Poly.of(n);
      case 2 -> Poly.of(m);
      default -> Poly.of(size());
    };
  }

  private static final int VOCAB = 6;

  /** A graph of about eight equations over two lengths. */
  public Graph graph() {
    builder = new GraphBuilder();
    n = builder.length("n");
    m = builder.length("m");
    tokens = builder.input("tokens", Kind.INT, Poly.of(n));
    flags = builder.input("flags", Kind.BOOL, Poly.of(n), Poly.of(m));
    inputs = new ArrayList<>();
    inputs.add(builder.input("x", Kind.FLOAT, Poly.of(n), Poly.of(size())));
    inputs.add(builder.input("z", Kind.FLOAT, Poly.of(m), Poly.of(size())));
    inputs.add(builder.input("g", Kind.FLOAT, axis(), axis(), Poly.of(size())));
    floats = new ArrayList<>(inputs);
    floats.add(builder.weight("w", Poly.of(size()), Poly.of(size())));
    floats.add(builder.weight("u", Poly.of(size()), Poly.of(size()), Poly.of(size())));
    floats.add(builder.weight("b", Poly.of(size())));
    floats.add(builder.weight("table", Poly.of(VOCAB), Poly.of(size())));
    Poly units = Poly.of(size());
    floats.add(builder.weight("r", units, units));
    made = 0;
    hides = false;
    int equations = 6 + random.nextInt(4);
    while (made < equations) {
      one();
    }
    builder.result(floats.getLast());
    return builder.build();
  }

  private void one() {
    switch (random.nextInt(23)) {
      case 0, 1, 2 -> product();
      case 3 -> attention();
      case 4 -> norm();
      case 5 -> gather();
      case 6 -> shifted();
      case 7 -> convolution();
      case 8 -> chosen();
      case 9 -> reduction();
      case 10 -> grouped();
      case 11 -> joined();
      case 12 -> recurrence();
      case 13 -> cell();
      case 14 -> ranked();
      case 15, 19 -> layer();
      case 16, 20 -> experts();
      case 17 -> halves();
      case 18 -> groups();
      case 21 -> grid();
      default -> scan();
    }
  }

  private void count(String construct) {
    counts.merge(construct, 1, Integer::sum);
  }

  private void add(List<Index> left, Term body) {
    double places = 1;
    for (Index index : left) {
      places *= index.size().evaluate(a -> a instanceof Symbol ? 17L : 1L);
    }
    if (places <= LARGEST && left.size() <= 4) {
      // Values stay near 1, so that errors stay small.
      boolean tame = random.nextInt(3) == 0;
      floats.add(builder.equation("v" + made++, left, tame ? apply(UnaryOp.TANH, body) : body));
    }
  }

  private Value any() {
    return floats.get(random.nextInt(floats.size()));
  }

  /** Fresh indices for the axes of a value. */
  private static List<Index> indices(Value value, String prefix) {
    List<Index> indices = new ArrayList<>();
    for (Poly size : value.shape()) {
      indices.add(index(prefix + indices.size(), size));
    }
    return indices;
  }

  private static Term at(Value value, List<Index> indices) {
    return read(value, indices.toArray(Index[]::new));
  }

  private List<Index> shuffled(List<Index> indices) {
    List<Index> shuffled = new ArrayList<>(indices);
    Collections.shuffle(shuffled, random);
    return shuffled;
  }

  /** Two to four factors with indices in common, some summed, then a bias and an activation. */
  private void product() {
    int factors = 2 + random.nextInt(3);
    Set<Index> all = new LinkedHashSet<>();
    Term product = null;
    for (int f = 0; f < factors; f++) {
      Value value = any();
      List<Index> own = new ArrayList<>();
      for (Poly size : value.shape()) {
        List<Index> fit =
            all.stream().filter(i -> i.size().equals(size) && !own.contains(i)).toList();
        own.add(
            fit.isEmpty() || random.nextInt(4) == 0
                ? index("i" + all.size() + own.size(), size)
                : fit.get(random.nextInt(fit.size())));
      }
      all.addAll(own);
      Term factor = at(value, own);
      if (random.nextInt(4) == 0) {
        factor = apply(UnaryOp.TANH, factor);
      }
      product = product == null ? factor : times(product, factor);
    }
    double places = 1;
    for (Index index : all) {
      places *= index.size().evaluate(_ -> 17L);
    }
    if (places > LARGEST) {
      return;
    }
    if (random.nextInt(3) == 0) {
      product = over(times(number(-0.7), product), number(Math.sqrt(3)));
    }
    List<Index> mixed = shuffled(new ArrayList<>(all));
    int kept = random.nextInt(Math.min(4, mixed.size() + 1));
    List<Index> left = mixed.subList(0, kept);
    List<Index> summed = mixed.subList(kept, mixed.size());
    Term body = summed.isEmpty() ? product : sum(product, summed.toArray(Index[]::new));
    count("product of " + factors);
    if (random.nextBoolean()) {
      count("activation");
      Optional<Index> constant =
          left.stream().filter(i -> i.size().constant().isPresent()).findFirst();
      Value bias = floats.get(5);
      Term shift =
          constant.isPresent() && bias.shape().getFirst().equals(constant.get().size())
              ? read(bias, constant.get())
              : number(0.25);
      Term shifted = plus(body, shift);
      body =
          switch (random.nextInt(4)) {
            case 0 -> new Term.Binary(BinaryOp.MAX, shifted, number(0));
            case 1 -> times(shifted, sigmoid(shifted));
            case 2 ->
                times(
                    times(number(0.5), shifted),
                    plus(number(1), apply(UnaryOp.ERF, over(shifted, number(Math.sqrt(2))))));
            default ->
                plus(
                    shifted,
                    new Term.Binary(BinaryOp.POWER, apply(UnaryOp.TANH, shifted), number(3)));
          };
    }
    add(left, body);
  }

  /** Products of the same rows with weights, then what is made of them element by element. */
  private void layer() {
    Value x = inputs.get(random.nextInt(2));
    Index i = index("i", x.shape().get(0));
    Poly units = Poly.of(random.nextInt(4) == 0 ? 150 : size());
    Index b = index("b", units);
    List<Term> reads = new ArrayList<>();
    for (int p = 0; p < 3; p++) {
      Index a = index("a", x.shape().get(1));
      boolean turned = random.nextBoolean();
      String name = "layer" + made + "_" + p;
      Value weight =
          turned ? builder.weight(name, units, a.size()) : builder.weight(name, a.size(), units);
      Term sum = sum(times(read(x, i, a), turned ? read(weight, b, a) : read(weight, a, b)), a);
      List<Index> own = random.nextInt(4) == 0 ? List.of(b, i) : List.of(i, b);
      reads.add(at(builder.equation("v" + made++, own, sum), own));
    }
    List<Index> left = random.nextInt(4) == 0 ? List.of(b, i) : List.of(i, b);
    Term gate = times(reads.get(0), sigmoid(reads.get(0)));
    switch (random.nextInt(3)) {
      case 0 -> {
        count("gate");
        add(left, times(gate, reads.get(1)));
      }
      case 1 -> {
        count("residual");
        Value before = builder.equation("v" + made++, left, apply(UnaryOp.COS, reads.get(0)));
        Term skip = at(before, left);
        Term scaled = over(reads.get(2), plus(number(2), apply(UnaryOp.COS, skip)));
        add(left, plus(skip, plus(reads.get(1), scaled)));
      }
      default -> {
        count("three of the same rows");
        Value q = builder.equation("v" + made++, left, gate);
        Value k = builder.equation("v" + made++, List.of(i, b), times(reads.get(1), number(0.5)));
        Index j = index("j", i.size());
        Term scored = sum(times(at(q, left), read(k, j, b)), b);
        // With nothing between them the products may be made in another order.
        boolean chained = random.nextInt(4) == 0;
        Term tamed = chained ? scored : apply(UnaryOp.TANH, scored);
        Value scores = builder.equation("v" + made++, List.of(i, j), tamed);
        Term v = Terms.substitute(reads.get(2), Map.of(i, Poly.of(j)));
        Term value = chained ? v : apply(UnaryOp.TANH, v);
        add(List.of(i, b), sum(times(read(scores, i, j), value), j));
      }
    }
  }

  /** A product of parts of its factors, at even steps; two parts of it meet in what follows. */
  private void halves() {
    count("product in halves");
    Value x = inputs.get(random.nextInt(2));
    int width = (int) x.shape().get(1).constant().orElseThrow();
    int step = 1 + random.nextInt(2);
    int start = random.nextInt(width);
    Index i = index("i", x.shape().get(0));
    Index a = index("a", (width - 1 - start) / step + 1);
    Index b = index("b", size());
    Index c = index("c", b.size().times(2));
    Value w = builder.weight("halves" + made, a.size().times(2), c.size().plus(random.nextInt(3)));
    Term sum =
        sum(
            times(
                read(x, Poly.of(i), Poly.of(a).times(step).plus(start)),
                read(w, Poly.of(a).times(2).plus(random.nextInt(2)), Poly.of(c))),
            a);
    boolean biased = random.nextBoolean();
    Value u =
        builder.equation(
            "v" + made++, List.of(i, c), biased ? plus(sum, read(w, Poly.ZERO, Poly.of(c))) : sum);
    boolean apart = random.nextBoolean();
    Poly one = apart ? Poly.of(b) : Poly.of(b).times(2);
    Poly other = apart ? Poly.of(b).plus(b.size()) : one.plus(1);
    Term gate = read(u, Poly.of(i), one);
    add(List.of(i, b), times(times(gate, sigmoid(gate)), read(u, Poly.of(i), other)));
  }

  /** Groups of columns with a matrix each, by a view of them or where they lie; side by side. */
  private void groups() {
    count("product of groups");
    Value x = inputs.get(random.nextInt(2));
    int width = (int) x.shape().get(1).constant().orElseThrow();
    int size = 1 + random.nextInt(Math.min(3, width));
    Index i = index("i", x.shape().get(0));
    Index g = index("g", width / size);
    Index e = index("e", size);
    Index f = index("f", size());
    Value w = builder.weight("groups" + made, g.size(), e.size(), f.size());
    Index t = index("t", g.size().times(f.size()));
    Poly group = Poly.of(t).quotient(f.size());
    Poly column = Poly.of(t).remainder(f.size());
    if (random.nextBoolean()) {
      Value h =
          builder.equation(
              "v" + made++,
              List.of(i, g, e),
              read(x, Poly.of(i), Poly.of(g).times(size).plus(Poly.of(e))));
      Value y =
          builder.equation(
              "v" + made++, List.of(i, g, f), sum(times(read(h, i, g, e), read(w, g, e, f)), e));
      Value side =
          builder.equation("v" + made++, List.of(i, t), read(y, Poly.of(i), group, column));
      Index b = index("b", size());
      Value out = builder.weight("out" + made, t.size(), b.size());
      add(List.of(i, b), sum(times(read(side, i, t), read(out, t, b)), t));
    } else {
      Term lain = read(x, Poly.of(i), group.times(size).plus(Poly.of(e)));
      add(List.of(i, t), sum(times(lain, read(w, group, Poly.of(e), column)), e));
    }
  }

  /** Rows that meet one of several matrices each, picked by data; then perhaps all of a row's. */
  private void experts() {
    count("picked matrices");
    Value x = inputs.get(0);
    Index i = index("i", n);
    Index r = index("r", 1 + random.nextInt(3));
    Index f = index("f", size());
    Index z = index("z", VOCAB);
    boolean ranked = random.nextBoolean();
    Term pick = new Term.Read(tokens, List.of(Terms.integer(Poly.of(i))), Optional.empty());
    if (ranked) {
      // Of data as it is: what is rounded may be ranked otherwise in float32.
      Poly column = Poly.of(z).plus(Poly.of(r)).remainder(x.shape().get(1));
      Term rating = read(x, Poly.of(i), column);
      Term best =
          new Term.Reduce(
              ReduceOp.ARGMAX, List.of(z), rating, Optional.empty(), Optional.of(Term.Int.of(0)));
      pick = read(builder.equation("pick" + made++, List.of(i, r), best), i, r);
    }
    Poly picked = Poly.of(new Atom.Data(pick));
    if (random.nextInt(3) == 0) {
      picked = picked.plus(1).remainder(z.size());
    }
    List<Index> left = ranked ? List.of(i, r, f) : List.of(i, f);
    List<Term> sums = new ArrayList<>();
    for (int p = 0; p < 2; p++) {
      Index a = index("a", x.shape().get(1));
      Value up = builder.weight("up" + made + "_" + p, z.size(), a.size(), f.size());
      Term by = read(up, picked, Poly.of(a), Poly.of(f));
      sums.add(sum(random.nextBoolean() ? times(by, read(x, i, a)) : times(read(x, i, a), by), a));
    }
    Term hidden =
        random.nextBoolean()
            ? times(times(sums.get(0), sigmoid(sums.get(0))), sums.get(1))
            : plus(sums.get(0), number(0.25));
    if (!ranked || random.nextInt(3) == 0) {
      add(left, hidden);
      return;
    }
    count("picked matrices, summed");
    Value h = builder.equation("v" + made++, left, hidden);
    Index b = index("b", size());
    Value down = builder.weight("down" + made, z.size(), f.size(), b.size());
    Term back = times(at(h, left), read(down, picked, Poly.of(f), Poly.of(b)));
    Term share = apply(UnaryOp.COS, read(h, Poly.of(i), Poly.of(r), Poly.ZERO));
    boolean shared = random.nextBoolean();
    add(List.of(i, b), sum(shared ? times(share, back) : back, r, f));
  }

  private static Term sigmoid(Term term) {
    Term bounded = new Term.Binary(BinaryOp.MAX, term, number(-30));
    return over(number(1), plus(number(1), apply(UnaryOp.EXP, apply(UnaryOp.NEGATE, bounded))));
  }

  /** softmax(x · w · z) over positions, masked in one of several ways, then values. */
  private void attention() {
    count("softmax");
    Value x = inputs.get(0);
    Value z = random.nextBoolean() ? inputs.get(1) : inputs.get(0);
    Index i = index("i", x.shape().get(0));
    Index j = index("j", z.shape().get(0));
    Index e = index("e", 1 + random.nextInt(3));
    Term score =
        random.nextBoolean()
            ? sum(
                times(
                    readElse(x, number(0), Poly.of(i), Poly.of(e)),
                    readElse(z, number(0), Poly.of(j), Poly.of(e))),
                e)
            : times(
                readElse(x, number(0.5), Poly.of(i), Poly.ZERO),
                readElse(z, number(0.5), Poly.of(j), Poly.ZERO));
    Optional<Term> where =
        switch (random.nextInt(4)) {
          case 0 -> Optional.empty();
          case 1 -> {
            count("causal mask");
            yield Optional.of(atMost(Poly.of(j), Poly.of(i)));
          }
          case 2 -> {
            count("empty rows");
            yield Optional.of(atMost(Poly.of(j).plus(2), Poly.of(i)));
          }
          default -> {
            if (z == inputs.get(0)) {
              yield Optional.of(new Term.Binary(BinaryOp.EQUAL, read(tokens, i), read(tokens, j)));
            }
            count("mask of data");
            yield Optional.of(read(flags, i, j));
          }
        };
    if (random.nextInt(3) == 0) {
      count("soft cap");
      score = times(number(3), apply(UnaryOp.TANH, over(score, number(3))));
    }
    Term pattern = softmax(j, score, where);
    if (random.nextBoolean()) {
      add(random.nextBoolean() ? List.of(i, j) : List.of(j, i), pattern);
      return;
    }
    count("softmax inside a sum");
    hides |= where.isPresent();
    Index a = index("a", z.shape().get(1));
    Term heard = sum(times(pattern, read(z, j, a)), j);
    switch (random.nextInt(5)) {
      case 0 -> {
        count("two values by one pattern");
        add(List.of(i, a), heard);
        add(List.of(i), sum(times(pattern, read(z, Poly.of(j), Poly.ZERO)), j));
      }
      case 1 -> {
        count("the scores' logsumexp");
        Term total =
            new Term.Reduce(ReduceOp.LOGSUMEXP, List.of(j), score, where, Optional.empty());
        Term sink = apply(UnaryOp.EXP, minus(number(0.5), total));
        add(List.of(i, a), times(over(number(1), plus(number(1), sink)), heard));
      }
      case 2 -> {
        count("the scores' greatest");
        Optional<Term> none = Optional.of(number(random.nextInt(2)));
        add(List.of(i), new Term.Reduce(ReduceOp.MAX, List.of(j), score, where, none));
        add(List.of(i, a), heard);
      }
      case 3 -> {
        count("a sink in the divisor");
        Term power = apply(UnaryOp.EXP, minus(score, number(1.5)));
        Term kept = where.map(w -> Terms.choose(w, power, number(0))).orElse(power);
        Term all = plus(sum(kept, j), apply(UnaryOp.EXP, number(0.25)));
        Term inside = Terms.substitute(all, Map.of());
        add(List.of(i, a), sum(over(times(kept, read(z, j, a)), inside), j));
      }
      default -> add(List.of(i, a), heard);
    }
  }

  private void norm() {
    Value value = any();
    if (value.shape().isEmpty()) {
      return;
    }
    count("norm");
    List<Index> own = indices(value, "i");
    List<Index> inner = new ArrayList<>(own);
    inner.set(own.size() - 1, index("c", own.getLast().size()));
    Term x = at(value, own);
    Term other = at(value, inner);
    Index c = inner.getLast();
    Term mean = reduce(ReduceOp.MEAN, other, c);
    Term centred = random.nextBoolean() ? x : minus(x, mean);
    Term square = reduce(ReduceOp.MEAN, new Term.Binary(BinaryOp.POWER, other, number(2)), c);
    Term root = apply(UnaryOp.SQRT, plus(square, number(0.5)));
    add(random.nextBoolean() ? own : shuffled(own), over(centred, root));
  }

  private void gather() {
    count("gather");
    Value table = floats.get(6);
    Index i = index("i", n);
    Index a = index("a", table.shape().get(1));
    Poly token =
        Poly.of(
            new Atom.Data(
                new Term.Read(tokens, List.of(Terms.integer(Poly.of(i))), Optional.empty())));
    add(
        random.nextBoolean() ? List.of(i, a) : List.of(a, i),
        plus(read(table, token, Poly.of(a)), number(0.125)));
  }

  private void shifted() {
    count("shifted read");
    Value x = inputs.get(random.nextInt(2));
    Index i = index("i", x.shape().get(0));
    Index a = index("a", x.shape().get(1));
    Poly by = Poly.of(i).plus(random.nextInt(5) - 2);
    add(List.of(i, a), plus(readElse(x, number(random.nextInt(2)), by, Poly.of(a)), read(x, i, a)));
  }

  /** By the places of the kernel, or by those of what it goes over; guarded by each read or all. */
  private void convolution() {
    count("convolution");
    Value x = inputs.get(0);
    Value kernel = floats.get(3);
    Index t = index("t", Poly.of(n).plus(1).quotient(Poly.of(2)));
    Index o = index("o", kernel.shape().get(1));
    Index c = index("c", x.shape().get(1));
    boolean whole = random.nextBoolean();
    boolean where = random.nextBoolean();
    Index at = whole ? index("j", x.shape().get(0)) : index("r", kernel.shape().get(0));
    Poly first = Poly.of(t).times(2).minus(1);
    Poly place = whole ? Poly.of(at) : first.plus(Poly.of(at));
    Poly tap = whole ? Poly.of(at).minus(first) : Poly.of(at);
    Poly inside = whole ? tap : place;
    Poly size = (whole ? kernel : x).shape().get(0);
    Term left = read(x, place, Poly.of(c));
    Term right = read(kernel, tap, Poly.of(o));
    if (!where) {
      left = whole ? left : readElse(x, number(0), place, Poly.of(c));
      right = whole ? readElse(kernel, number(0), tap, Poly.of(o)) : right;
    }
    hides |= whole || where; // places that a sum leaves out
    if (whole || where) {
      count("convolution" + (whole ? " by definition" : "") + (where ? " where" : ""));
    }
    Term holds = Terms.and(atMost(Poly.ZERO, inside), atMost(inside, size.minus(1)));
    add(
        List.of(t, o),
        new Term.Reduce(
            ReduceOp.SUM,
            List.of(at, c),
            times(left, right),
            where ? Optional.of(holds) : Optional.empty(),
            Optional.empty()));
  }

  /** A condition without which a read would be out of range, in front of costly parts. */
  private void chosen() {
    count("choose");
    Value x = inputs.get(0);
    Index i = index("i", x.shape().get(0));
    Index a = index("a", x.shape().get(1));
    Index b = index("b", x.shape().get(1));
    Term condition = atMost(Poly.ONE, Poly.of(i));
    Term before = read(x, Poly.of(i).minus(1), Poly.of(a));
    Term guarded =
        switch (random.nextInt(3)) {
          case 0 -> before;
          case 1 -> {
            count("guarded reduction");
            yield times(before, reduce(ReduceOp.MEAN, read(x, Poly.of(i).minus(1), Poly.of(b)), b));
          }
          default -> {
            count("guarded softmax");
            yield softmax(a, before, Optional.empty());
          }
        };
    add(List.of(i, a), new Term.Choose(condition, guarded, read(x, i, a)));
  }

  private void reduction() {
    Value x = inputs.get(random.nextInt(3));
    List<Index> own = indices(x, "i");
    Index last = own.getLast();
    Index first = own.getFirst();
    List<Index> rest = own.subList(0, own.size() - 1);
    Term body = at(x, own);
    Optional<Term> where =
        switch (random.nextInt(3)) {
          case 0 -> Optional.of(atMost(Poly.of(last), Poly.of(first)));
          case 1 -> Optional.of(atMost(Poly.ONE, Poly.of(last)));
          default -> Optional.empty();
        };
    ReduceOp op = ReduceOp.values()[random.nextInt(ReduceOp.values().length)];
    count(op.word);
    boolean truths = op == ReduceOp.ANY || op == ReduceOp.ALL;
    Term positive = new Term.Binary(BinaryOp.LESS, number(0), body);
    Optional<Term> otherwise =
        switch (op) {
          case MAX, MIN -> Optional.of(number(-0.5));
          case ARGMAX -> Optional.of(Term.Int.of(0));
          case SUM, MEAN, LOGSUMEXP, ANY, ALL -> Optional.empty();
        };
    boolean many = random.nextInt(3) == 0;
    if (many) {
      count("reduction over several");
    }
    Term reduced =
        new Term.Reduce(op, many ? own : List.of(last), truths ? positive : body, where, otherwise);
    Index again = index("again", 3);
    Term asFloat =
        switch (op) {
          case SUM, MEAN, MAX, MIN, LOGSUMEXP ->
              new Term.Choose(
                  new Term.Binary(BinaryOp.EQUAL, Terms.integer(Poly.of(again)), Term.Int.of(1)),
                  new Term.Binary(BinaryOp.MAX, reduced, number(-50)),
                  number(1));
          case ARGMAX -> apply(UnaryOp.FLOAT, reduced);
          case ANY, ALL -> new Term.Choose(reduced, number(1), number(-1));
        };
    List<Index> left = new ArrayList<>(many ? List.of() : rest);
    if (random.nextBoolean()) {
      left.add(again);
      add(left, plus(asFloat, apply(UnaryOp.FLOAT, Terms.integer(Poly.of(again)))));
    } else if (truths || op == ReduceOp.ARGMAX) {
      add(left, asFloat);
    } else {
      add(left, new Term.Binary(BinaryOp.MAX, reduced, number(-50)));
    }
  }

  /** The greatest ones, and what they are; perhaps fewer are left than are asked for. */
  private void ranked() {
    count("rank");
    Value x = inputs.get(random.nextInt(2));
    Index i = index("i", x.shape().get(0));
    Index a = index("a", x.shape().get(1));
    Index r = index("r", 1 + random.nextInt(3));
    Optional<Term> where =
        random.nextBoolean() ? Optional.of(atMost(Poly.of(a), Poly.of(i))) : Optional.empty();
    Term rank = Terms.data(new Term.Along(Term.ScanOp.RANK, a, read(x, i, a), where));
    Term chosen = new Term.Binary(BinaryOp.EQUAL, rank, Terms.integer(Poly.of(r)));
    Term gate =
        new Term.Reduce(
            ReduceOp.SUM, List.of(a), read(x, i, a), Optional.of(chosen), Optional.empty());
    Term pick =
        new Term.Reduce(
            ReduceOp.ARGMAX,
            List.of(a),
            number(1),
            Optional.of(chosen),
            Optional.of(Term.Int.of(-1)));
    add(List.of(i, r), plus(gate, apply(UnaryOp.FLOAT, pick)));
  }

  /** Two values one after another along an axis, read there in a product. */
  private void joined() {
    count("joined");
    Value x = inputs.get(0);
    Value z = inputs.get(1);
    Poly first = x.shape().get(0);
    Index i = index("i", first.plus(z.shape().get(0)));
    Index a = index("a", x.shape().get(1));
    Index c = index("c", z.shape().get(1));
    Poly rest = Poly.of(i).minus(first);
    Term last = read(z, rest, Poly.ZERO);
    Term second =
        random.nextBoolean()
            ? last
            : times(last, reduce(ReduceOp.MEAN, read(z, rest, Poly.of(c)), c));
    Term both =
        new Term.Choose(
            new Term.Binary(BinaryOp.LESS, Terms.integer(Poly.of(i)), Terms.integer(first)),
            read(x, Poly.of(i), Poly.of(a)),
            second);
    if (random.nextBoolean()) {
      add(List.of(i, a), both);
    } else {
      Index o = index("o", a.size());
      add(
          List.of(i, o),
          sum(times(both, readElse(floats.get(3), number(1), Poly.of(a), Poly.of(o))), a));
    }
  }

  /** Heads that share the keys of a group. */
  private void grouped() {
    count("grouped read");
    Value u = floats.get(4);
    Index h = index("h", u.shape().get(0).times(3));
    Index e = index("e", u.shape().get(1));
    Index f = index("f", u.shape().get(2));
    Value x = inputs.get(0);
    Index i = index("i", n);
    Index c = index("c", x.shape().get(1));
    Term shared = read(u, Poly.of(h).quotient(Poly.of(3)), Poly.of(e), Poly.of(f));
    Term own = apply(UnaryOp.TANH, sum(times(read(x, i, c), number(0.1)), c));
    add(
        List.of(h, i, f),
        sum(
            times(
                shared,
                times(
                    own,
                    apply(
                        UnaryOp.COS,
                        apply(UnaryOp.FLOAT, Terms.integer(Poly.of(e).plus(Poly.of(i))))))),
            e));
  }

  /** Scores between all places of a grid, by rows and columns or counted by one index. */
  private void grid() {
    Value g = inputs.get(2);
    Poly height = g.shape().get(0);
    Poly width = g.shape().get(1);
    boolean counted = random.nextBoolean();
    List<Index> queries = places(counted, "i", "j", height, width);
    List<Index> keys = places(counted, "u", "v", height, width);
    Poly[] query = rowAndColumn(queries, width);
    Poly[] key = rowAndColumn(keys, width);
    List<Index> both = new ArrayList<>(queries);
    both.addAll(keys);
    double places = height.times(width).evaluate(_ -> 17L);
    if (places * places > 3 * LARGEST) {
      return;
    }
    count("softmax over a grid");
    int most = 1 + random.nextInt(3);
    Index r = index("r", 2 * most + 1);
    Index c = index("c", 2 * most + 1);
    Poly down = key[0].minus(query[0]).max(Poly.of(-most)).min(Poly.of(most)).plus(most);
    Poly right = query[1].minus(key[1]).max(Poly.of(-most)).min(Poly.of(most)).plus(most);
    Term distance =
        switch (random.nextInt(3)) {
          case 0 -> read(builder.weight("near" + made, r.size(), c.size()), down, right);
          case 1 ->
              read(
                  builder.weight("near" + made, r.size().times(c.size())),
                  down.times(c.size()).plus(right));
          default -> {
            Term one = read(builder.weight("rows" + made, r.size()), down);
            yield minus(one, read(builder.weight("columns" + made, c.size()), right));
          }
        };
    Index e = index("e", g.shape().get(2));
    Term product =
        sum(times(read(g, query[0], query[1], Poly.of(e)), read(g, key[0], key[1], Poly.of(e))), e);
    Value scores = builder.equation("v" + made++, both, over(product, number(4)));
    Term power = apply(UnaryOp.EXP, plus(at(scores, both), distance));
    Value powers = builder.equation("v" + made++, both, power);
    Index[] over = keys.toArray(Index[]::new);
    Index f = index("f", g.shape().get(2));
    List<Index> left = new ArrayList<>(queries);
    left.add(f);
    Term heard = sum(times(at(powers, both), read(g, key[0], key[1], Poly.of(f))), over);
    add(left, over(heard, sum(at(powers, both), over)));
  }

  private static List<Index> places(
      boolean counted, String row, String column, Poly height, Poly width) {
    return counted
        ? List.of(index(row, height.times(width)))
        : List.of(index(row, height), index(column, width));
  }

  private static Poly[] rowAndColumn(List<Index> places, Poly width) {
    Poly first = Poly.of(places.getFirst());
    return places.size() == 2
        ? new Poly[] {first, Poly.of(places.getLast())}
        : new Poly[] {first.quotient(width), first.remainder(width)};
  }

  private void scan() {
    count("cumsum");
    Value x = inputs.get(random.nextInt(2));
    Index i = index("i", x.shape().get(0));
    Index a = index("a", x.shape().get(1));
    Optional<Term> where =
        random.nextBoolean()
            ? Optional.empty()
            : Optional.of(
                new Term.Binary(
                    BinaryOp.EQUAL,
                    Terms.integer(Poly.of(i).remainder(Poly.of(2))),
                    Term.Int.of(0)));
    Index along = random.nextInt(4) == 0 ? a : i;
    if (along == i && made % 4 == 0) {
      count("prefix mean");
      Index j = index("j", x.shape().get(0));
      Term upTo =
          new Term.Binary(
              BinaryOp.LESS_EQUAL, Terms.integer(Poly.of(j)), Terms.integer(Poly.of(i)));
      add(
          List.of(i, a),
          new Term.Reduce(
              ReduceOp.MEAN,
              List.of(j),
              read(x, j, a),
              Optional.of(where.map(w -> Terms.and(upTo, w)).orElse(upTo)),
              Optional.empty()));
      return;
    }
    add(List.of(i, a), new Term.Along(Term.ScanOp.CUMSUM, along, read(x, i, a), where));
  }

  /** A state of matrices that decays, from the first place on or from the last. */
  private void recurrence() {
    Value x = inputs.get(random.nextInt(2));
    Index i = index("i", x.shape().get(0));
    Index a = index("a", x.shape().get(1));
    Index b = index("b", size());
    boolean ascending = random.nextInt(4) > 0;
    int step = (ascending ? -1 : 1) * (1 + random.nextInt(2));
    count(ascending ? "recurrence" : "recurrence from the end");
    List<Index> left = random.nextBoolean() ? List.of(i, a, b) : List.of(b, i, a);
    Value state = builder.later("v" + made, left);
    Function<Poly, Term> before =
        other ->
            random.nextBoolean()
                ? readElse(state, number(0.25), at(left, i, Poly.of(i).plus(step), a, other))
                : within(
                    Poly.of(i).plus(step),
                    i,
                    read(state, at(left, i, Poly.of(i).plus(step), a, other)));
    Term own = plus(times(number(0.5), before.apply(Poly.of(a))), read(x, i, a));
    Index c = index("c", a.size());
    Term body =
        switch (random.nextInt(3)) {
          case 0 -> own;
          case 1 -> {
            count("delta rule");
            Term heard = sum(times(read(x, i, c), before.apply(Poly.of(c))), c);
            yield minus(own, times(number(0.25), apply(UnaryOp.TANH, times(read(x, i, a), heard))));
          }
          default -> {
            count("recurrence of another");
            yield times(own, apply(UnaryOp.COS, apply(UnaryOp.FLOAT, Terms.integer(Poly.of(b)))));
          }
        };
    made++;
    floats.add(builder.define(state, left, apply(UnaryOp.TANH, body)));
    if (random.nextBoolean()) {
      count("recurrence read at its place");
      Index d = index("d", a.size());
      add(
          List.of(i, b),
          sum(times(read(state, at(left, i, Poly.of(i), a, Poly.of(d))), read(x, i, d)), d));
    }
  }

  /** The places of {@code left}, two of the indices being elsewhere. */
  private static Poly[] at(List<Index> left, Index one, Poly place, Index other, Poly there) {
    return left.stream()
        .map(index -> index == one ? place : index == other ? there : Poly.of(index))
        .toArray(Poly[]::new);
  }

  private static Term within(Poly place, Index index, Term read) {
    return new Term.Choose(
        new Term.Binary(
            BinaryOp.AND, atMost(Poly.ZERO, place), atMost(place.plus(1), index.size())),
        read,
        number(-0.5));
  }

  /**
   * Gates and a state that read each other, in any order of the equations; what is heard back is
   * little, so that errors do not grow from place to place.
   */
  private void cell() {
    count("cell");
    Value x = inputs.get(random.nextInt(2));
    Value w = floats.get(7);
    Poly units = w.shape().get(0);
    List<Index> f = List.of(index("t", x.shape().get(0)), index("u", units));
    List<Index> c = List.of(index("t", x.shape().get(0)), index("u", units));
    List<Index> h = List.of(index("u", units), index("t", x.shape().get(0)));
    Value gate = builder.later("v" + made++, f);
    Value state = builder.later("v" + made++, c);
    Value heard = builder.later("v" + made++, h);
    Index v = index("v", units);
    Term back = readElse(heard, number(0), Poly.of(v), Poly.of(f.get(0)).minus(1));
    Term weight = random.nextBoolean() ? read(w, v, f.get(1)) : read(w, f.get(1), v);
    Term given = readElse(x, number(0.1), Poly.of(f.get(0)), Poly.of(f.get(1)));
    List<Runnable> equations = new ArrayList<>();
    equations.add(() ->
        builder.define(
            gate, f, sigmoid(plus(given, sum(times(times(number(0.02), back), weight), v)))));
    equations.add(() ->
        builder.define(
            state,
            c,
            plus(
                times(
                    at(gate, c),
                    readElse(state, number(0), Poly.of(c.get(0)).minus(1), Poly.of(c.get(1)))),
                minus(number(1), at(gate, c)))));
    equations.add(
        () -> builder.define(heard, h, apply(UnaryOp.TANH, read(state, h.get(1), h.get(0)))));
    Collections.shuffle(equations, random);
    equations.forEach(Runnable::run);
    floats.add(random.nextBoolean() ? heard : state);
  }

  /** Lengths for a graph, among them 0 and 1. */
  public Map<Symbol, Long> lengths(Graph graph) {
    Map<Symbol, Long> lengths = new IdentityHashMap<>();
    for (Symbol symbol : graph.lengths()) {
      lengths.put(symbol, LENGTHS[random.nextInt(LENGTHS.length)]);
    }
    return lengths;
  }

  /**
   * Data for all inputs and weights; floats, ints and bools as their tensors hold them. Now and
   * then a number is none; not where sums are of nothing, which factors may be taken out of.
   */
  public Map<Value, Tensor> data(Graph graph, Map<Symbol, Long> lengths) {
    Map<Value, Tensor> data = new IdentityHashMap<>();
    graph.inputs().forEach(input -> data.put(input.value(), tensor(input.value(), lengths)));
    graph.weights().forEach(weight -> data.put(weight.value(), tensor(weight.value(), lengths)));
    if (!hides && !lengths.containsValue(0L) && odd.nextInt(4) == 0) {
      Value value = floats.get(odd.nextInt(floats.size()));
      data.computeIfPresent(value, (_, tensor) -> withNaN(tensor));
    }
    return data;
  }

  private Tensor withNaN(Tensor tensor) {
    count("no number");
    float[] values = tensor.toFloats();
    values[odd.nextInt(values.length)] = Float.NaN;
    return Tensor.ofFloats(values, tensor.shape());
  }

  private Tensor tensor(Value value, Map<Symbol, Long> lengths) {
    long[] shape =
        value.shape().stream()
            .mapToLong(size -> size.evaluate(atom -> lengths.get((Symbol) atom)))
            .toArray();
    int elements = 1;
    for (long size : shape) {
      elements *= (int) size;
    }
    if (value.kind() == Kind.FLOAT) {
      float[] values = new float[elements];
      for (int i = 0; i < elements; i++) {
        values[i] = (float) random.nextGaussian() * 0.7f;
      }
      return Tensor.ofFloats(values, shape);
    }
    int[] values = new int[elements];
    for (int i = 0; i < elements; i++) {
      values[i] = random.nextInt(value.kind() == Kind.BOOL ? 2 : VOCAB);
    }
    return Tensor.ofInts(values, shape);
  }
}
