/**
 * Files of a tar as `k6 archive` writes it (ustar, and pax where a name is long: Go's archive/tar), from memory and at once. nanotar 0.3
 * leaves out ustar's prefix of a name; tar-stream and tar tell of files one turn of the event loop after the other.
 */

const blockBytes = 512;

interface TarFile {
  readonly name: string;
  readonly content: Buffer;
}

/** @throws Error for what ends before its last file does */
export function* filesInTar(tar: Buffer): Generator<TarFile> {
  let longName: string | null = null;
  for (let at = 0; at + blockBytes <= tar.length && tar[at] !== 0; ) {
    const field = (offset: number, length: number): string =>
      tar.toString("utf8", at + offset, at + offset + length).split("\0", 1)[0] as string;
    const size = Number.parseInt(field(124, 12), 8);
    const content = tar.subarray(at + blockBytes, at + blockBytes + size);
    if (content.length !== size) throw new Error(`the tar ends within ${field(0, 100)}`);
    const type = field(156, 1);
    if (type === "x") longName = /^\d+ path=(.*)$/m.exec(content.toString())?.[1] ?? null;
    else {
      const prefix = field(345, 155);
      const name = longName ?? (prefix === "" ? field(0, 100) : `${prefix}/${field(0, 100)}`);
      longName = null;
      if (type === "0") yield { name, content };
    }
    at += blockBytes * (1 + Math.ceil(size / blockBytes));
  }
}
