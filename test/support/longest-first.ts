/** The order of test files: those that run whole harnesses take longest, and begun last they would run alone at the end. */
import { BaseSequencer, type TestSpecification } from "vitest/node";

const longest = [
  /\/test\/crash\//,
  /\/test\/e2e\//,
  /\/test\/render\/browser/,
  /\/test\/engines\//,
  /\/test\/targets\//,
];

/** Within these groups, and after them, as vitest does: by what a file took the last time, else by its size. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const groupOf = ({ moduleId }: TestSpecification) => {
      const group = longest.findIndex((it) => it.test(moduleId));
      return group < 0 ? longest.length : group;
    };
    return (await super.sort(files)).sort((a, b) => groupOf(a) - groupOf(b));
  }
}
