import { parseSocketRows } from '../../engine/socket-table.ts'

/** A UDP socket of this network namespace. */
export interface SocketDrops {
  /** `127.0.0.1:9000`, `[::1]:9000`. */
  readonly local: string
  readonly drops: number
}

/** The sockets in the text of /proc/net/udp or udp6, with readable addresses. */
export function parseSocketTable(text: string): SocketDrops[] {
  return parseSocketRows(text).flatMap(({ local, drops }) => {
    const [, hex = '', port = ''] = /^([\dA-F]{8}|[\dA-F]{32}):([\dA-F]{4})$/u.exec(local) ?? []
    return hex === '' ? [] : [{ local: `${address(hex)}:${parseInt(port, 16)}`, drops }]
  })
}

/** The kernel prints each 32-bit word in host byte order, which is little-endian on all machines that Node runs on. */
function address(hex: string): string {
  const bytes = (hex.match(/../gu) ?? []).map(pair => parseInt(pair, 16))
  const ordered = bytes.map((_, n) => bytes[(n & ~3) + 3 - (n & 3)] ?? 0)
  if (ordered.length === 4) return ordered.join('.')
  const groups = Array.from({ length: 8 }, (_, n) =>
    (((ordered[2 * n] ?? 0) << 8) | (ordered[2 * n + 1] ?? 0)).toString(16),
  )
  return `[${shortened(groups)}]`
}

/** The longest run of zeros, of two groups at least, becomes `::` (RFC 5952 section 4.2). */
function shortened(groups: readonly string[]): string {
  const runs = [
    ...groups
      .map(group => (group === '0' ? '0' : '-'))
      .join('')
      .matchAll(/00+/gu),
  ]
  const [longest] = runs.toSorted((a, b) => b[0].length - a[0].length)
  if (longest === undefined) return groups.join(':')
  const [before, after] = [groups.slice(0, longest.index), groups.slice(longest.index + longest[0].length)]
  return `${before.join(':')}::${after.join(':')}`
}
