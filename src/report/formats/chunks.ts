/** Lines of a chunk: a write for each of a million probes would be slow. */
const LINES = 500

/** Lines, each ended by a newline, in chunks of whole lines: never all of them in memory. */
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
