/** A line of the tables of UDP sockets. */
export interface SocketRow {
  /** Address and port in hexadecimal, as the kernel prints them: `0100007F:2328`. */
  readonly local: string
  readonly remote: string
  /** Datagrams that came for this socket and were dropped since it was opened: its buffer was full, their checksum was wrong, or a filter rejected them. */
  readonly drops: number
}

/** The sockets in /proc/net/udp or udp6 (proc(5)), with the drops in the last column. What is no line of that kind is left out. */
export function parseSocketRows(text: string): SocketRow[] {
  return text.split('\n').flatMap(line => {
    const [, local, remote, ...rest] = line.trim().split(/\s+/u)
    const drops = Number(rest.at(-1))
    return local === undefined || remote === undefined || !Number.isSafeInteger(drops) ? [] : [{ local, remote, drops }]
  })
}
