import type { QueryDocument } from '../../src/verdict/query/query-document.ts'
import type { Host } from './namespace.ts'

/** The outcome of a query. */
export interface Queried {
  readonly code: number | null
  readonly document: QueryDocument
  readonly stderr: string
}

/** Runs `udptool query … --json` to its end on a host. */
export async function query(host: Host, ...args: readonly string[]): Promise<Queried> {
  const { code, stderr, json } = await host.udptool('query', ...args, '--json')
  return { code, stderr, document: json() as unknown as QueryDocument }
}
