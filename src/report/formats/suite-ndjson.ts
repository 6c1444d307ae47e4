import type { Suite } from '../../verdict/suite/suite.ts'
import { chunks } from './chunks.ts'
import { jsonLine } from './json.ts'

/** A check a line, each as the suite document has it, its Result with it. */
export function renderSuiteNdjson({ checks }: Suite): Iterable<string> {
  return chunks(checks.map(jsonLine))
}
