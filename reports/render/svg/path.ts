/** Path data of lines, steps and bands; a null is a gap, never a zero. */
import { pixel } from "./element.ts";

interface Point {
  readonly x: number;
  readonly y: number;
}

const at = ({ x, y }: Point): string => `${pixel(x)} ${pixel(y)}`;
const polyline = (points: readonly Point[]): string => `M${points.map(at).join("L")}`;

/** Unbroken stretches between gaps. */
function stretches<T>(points: readonly (T | null)[]): T[][] {
  const found: T[][] = [[]];
  for (const point of points) {
    if (point === null) found.push([]);
    else found.at(-1)?.push(point);
  }
  return found.filter((it) => it.length > 0);
}

/** Holds each value until the next point. */
const stepped = (points: readonly Point[]): Point[] =>
  points.flatMap((point, i) => {
    const before = points[i - 1];
    return before === undefined || before.y === point.y ? [point] : [{ x: point.x, y: before.y }, point];
  });

/** Points on a level stretch say nothing more than its ends. */
const withoutLevel = (points: readonly Point[]): Point[] =>
  points.filter((point, i) => point.y !== points[i - 1]?.y || point.y !== points[i + 1]?.y);

/** A single point becomes a dash of two pixels, so that it is seen. */
const visible = (points: readonly Point[]): readonly Point[] => {
  const [only] = points;
  return only !== undefined && points.length === 1
    ? [
        { x: only.x - 1, y: only.y },
        { x: only.x + 1, y: only.y },
      ]
    : points;
};

export const linePath = (points: readonly (Point | null)[], steps = false): string =>
  stretches(points)
    .map((it) => polyline(withoutLevel(steps ? stepped(visible(it)) : visible(it))))
    .join("");

interface BandPoint {
  readonly x: number;
  readonly low: number;
  readonly high: number;
}

export const bandPath = (points: readonly (BandPoint | null)[], steps = false): string =>
  stretches(points)
    .map((it) => {
      const edge = (pick: (point: BandPoint) => number) => {
        const line = it.map((point) => ({ x: point.x, y: pick(point) }));
        return withoutLevel(steps ? stepped(line) : line);
      };
      const there = edge((point) => point.high);
      const back = edge((point) => point.low).reverse();
      return `${polyline([...there, ...back])}Z`;
    })
    .join("");
