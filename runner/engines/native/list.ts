/** A doubly linked list through its own items: joining and leaving anywhere take constant time and allocate nothing. */

export interface Linked<T> {
  before: T | null;
  after: T | null;
}

interface List<T> {
  readonly size: () => number;
  /** The one that has been in longest. */
  readonly oldest: () => T | null;
  readonly newest: () => T | null;
  readonly add: (item: T) => void;
  /** The item must be in this list. */
  readonly remove: (item: T) => void;
}

export function linkedList<T extends Linked<T>>(): List<T> {
  let first: T | null = null;
  let last: T | null = null;
  let size = 0;
  return {
    size: () => size,
    oldest: () => first,
    newest: () => last,
    add: (item) => {
      item.before = last;
      item.after = null;
      if (last === null) first = item;
      else last.after = item;
      last = item;
      size++;
    },
    remove: (item) => {
      if (item.before === null) first = item.after;
      else item.before.after = item.after;
      if (item.after === null) last = item.before;
      else item.after.before = item.before;
      item.before = null;
      item.after = null;
      size--;
    },
  };
}
