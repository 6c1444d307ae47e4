import type { Result } from '../../verdict/result.ts'
import { rounded } from '../text/rounded.ts'
import { printableJson } from '../text/safe.ts'

/**
 * The Result as one JSON document, indented by two spaces, with a newline at the end. Equal Results give equal text, also after parsing and
 * rendering again.
 */
export function renderJson(result: Result): string {
  return renderDocument(result)
}

export function renderDocument(document: unknown): string {
  return `${printableJson(JSON.stringify(document, roundedValue, 2))}\n`
}

/** A document on one line, without a newline. */
export function jsonLine(document: unknown): string {
  return printableJson(JSON.stringify(document, roundedValue))
}

/** The document as it would be after saving and reading, so that a format made now equals one made later from the file. */
export function asSaved<Whole>(document: Whole): Whole {
  return JSON.parse(JSON.stringify(document, roundedValue)) as Whole
}

function roundedValue(name: string, value: unknown): unknown {
  return typeof value === 'number' ? rounded(value, name) : value
}
