import { printable } from '../text/safe.ts'

/** The lines of a reply, each made printable. Its line ends are the only control characters that act as what they are. */
export function replyTextLines(text: string): readonly string[] {
  return text
    .replace(/\r?\n$/u, '')
    .split(/\r?\n/u)
    .map(printable)
}
