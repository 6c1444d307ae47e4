/** Lines per chunk. One write per line would be slow for a million probes. */
const LINES = 500

/** Ends each line with a newline and joins lines to chunks, so that a report of any length is never in memory as a whole. */
export function* chunks(lines: Iterable<string>): Iterable<string> {
  let chunk = ''
  let count = 0
  for (const line of lines) {
    chunk += `${line}\n`
    count += 1
    if (count < LINES) continue
    yield chunk
    chunk = ''
    count = 0
  }
  if (chunk !== '') yield chunk
}
