/** Gauss-Legendre nodes over panels: integrals of smooth functions, to nearly the precision of a double. */

interface Nodes {
  readonly x: Float64Array;
  readonly weight: Float64Array;
}

const PER_PANEL = 12;

/** The roots of Legendre's polynomial in (-1, 1) and their weights, by Newton's steps from Tricomi's guess. */
const legendre: Nodes = (() => {
  const n = PER_PANEL;
  const x = new Float64Array(n);
  const weight = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    let root = -Math.cos((Math.PI * (i + 0.75)) / (n + 0.5));
    let slope = 0;
    for (let step = 0; step < 10; step++) {
      let value = 1;
      let before = 0;
      for (let j = 0; j < n; j++) [value, before] = [((2 * j + 1) * root * value - j * before) / (j + 1), value];
      slope = (n * (root * value - before)) / (root * root - 1);
      root -= value / slope;
    }
    x[i] = root;
    weight[i] = 2 / ((1 - root * root) * slope * slope);
  }
  return { x, weight };
})();

/** Nodes in `panels` equal parts of low to high, in ascending order. The sum of weight f(x) is the integral of f. */
export function panelNodes(low: number, high: number, panels: number): Nodes {
  const half = (high - low) / panels / 2;
  const x = new Float64Array(panels * PER_PANEL);
  const weight = new Float64Array(panels * PER_PANEL);
  for (let panel = 0; panel < panels; panel++) {
    for (let i = 0; i < PER_PANEL; i++) {
      x[panel * PER_PANEL + i] = low + half * (2 * panel + 1 + (legendre.x[i] as number));
      weight[panel * PER_PANEL + i] = half * (legendre.weight[i] as number);
    }
  }
  return { x, weight };
}
