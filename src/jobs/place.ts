import { UdptoolError } from '../base/error.ts'

/** A position in a file. Lines and columns count from 1. */
export interface Place {
  readonly file: string
  readonly line: number
  readonly column: number
}

/** The kinds of input files, as they are called in messages. */
export type InputKind = 'check file' | 'configuration file' | 'file of targets'

/** Keys and indexes from the top: `['checks', 0, 'count']`. */
export type Path = readonly PropertyKey[]

/** An input file after parsing, before validation. */
export interface InputSource {
  readonly file: string
  /** It is a module, which can read every file anyway. */
  readonly isProgram?: boolean
  readonly value: unknown
  /** The position of the value at a path, or of its key. If it is absent, that of the nearest parent. Undefined for a module. */
  locate(path: Path, atKey?: boolean): Place | undefined
  /** The text of a line. */
  line(number: number): string
}

/** A `usage` error at a place, with an excerpt of the line. */
export function mistakeAt(
  place: Place,
  line: (number: number) => string,
  message: string,
  hint: string | undefined,
): UdptoolError {
  const { file, line: number, column } = place
  return new UdptoolError('usage', `${file}:${number}:${column}: ${message}`, {
    address: file,
    excerpt: { text: line(number), column: column - 1 },
    ...(hint === undefined ? {} : { hint }),
  })
}
