import { UdptoolError } from '../../base/error.ts'

/** Where something stands in a file, lines and columns from 1. */
export interface Place {
  readonly file: string
  readonly line: number
  readonly column: number
}

/** Keys and numbers from the top: `['checks', 0, 'count']`. */
export type Path = readonly PropertyKey[]

/** A check file that was read, not yet understood. */
export interface CheckSource {
  readonly file: string
  /** It is a module, which can read every file anyway. */
  readonly isProgram?: boolean
  readonly value: unknown
  /** Where the value of a path stands, or its key; of one that is not there, what is around it. Undefined in a module. */
  locate(path: Path, atKey?: boolean): Place | undefined
  /** A line as it is written. */
  line(number: number): string
}

/** A `usage` error at a place, with the line that it is about. */
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
