/** A row of the table of UDP sockets. */
export interface SocketRow {
  /** Address and port in hexadecimal as in the kernel's tables: `0100007F:2328`. */
  readonly local: string
  readonly remote: string
  /**
   * Datagrams for this socket that were dropped since it was opened, because its buffer was full, their checksum was wrong, or a filter
   * rejected them.
   */
  readonly drops: number
}

/** The sockets in /proc/net/udp or udp6 (proc(5)), with the drops in the last column. Other lines are ignored. */
export function parseSocketRows(text: string): SocketRow[] {
  return text.split('\n').flatMap(line => {
    const [, local, remote, ...rest] = line.trim().split(/\s+/u)
    const drops = Number(rest.at(-1))
    return local === undefined || remote === undefined || !Number.isSafeInteger(drops) ? [] : [{ local, remote, drops }]
  })
}
