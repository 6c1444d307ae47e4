import type { Suite } from '../../verdict/suite/suite.ts'
import { chunks } from './chunks.ts'
import { jsonLine } from './json.ts'

/** One check per line, as in the suite document, its Result included. */
export function renderSuiteNdjson({ checks }: Suite): Iterable<string> {
  return chunks(checks.map(jsonLine))
}
