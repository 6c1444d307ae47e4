import type { Host, Path } from './namespace.ts'
import type { Run } from './udptool.ts'

/** The port of the server. */
export const PORT = '9000'

export interface Warning {
  readonly code: string
  readonly message: string
  readonly evidence?: Readonly<Record<string, unknown>>
}

export const fates = (run: Run): Readonly<Record<string, number>> => run.json().ledger.fates
export const warnings = (run: Run): readonly Warning[] => run.json().warnings
/** The warning with this code, if the run has one. */
export const warningOf = (run: Run, code: string): Warning | undefined => warnings(run).find(one => one.code === code)
/** The number of probes without a reply. */
export const lostOf = (run: Run): number => run.json().ledger.scheduled - run.json().ledger.replies

/** Sends probes from the client of a path to the server's address, with `--json`. */
export function send({ client }: Path, to: string, ...more: readonly string[]): Promise<Run> {
  const target = to.includes(':') ? `[${to}]:${PORT}` : `${to}:${PORT}`
  return client.udptool('send', '--to', target, '--timeout', '2s', ...more, '--json')
}

/** Makes the router drop one of every `every` datagrams to the server, counted by counter `c`. */
export function dropEveryNth(router: Host, every: number): void {
  router.filter(`table inet t {
    counter c { }
    chain c {
      type filter hook forward priority 0
      udp dport ${PORT} numgen inc mod ${every} == 3 counter name c drop
    }
  }`)
}
