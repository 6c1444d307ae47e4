import type { Nanos } from '../../src/base/nanos.ts'
import type { IcmpError } from '../../src/facts/icmp.ts'
import type { Packet, Path, PathEnd } from './path.ts'
import type { VirtualTime } from './virtual-time.ts'

/** A port without a listener: its host answers with an ICMP error. */
export class ClosedPort implements PathEnd {
  readonly #time: VirtualTime
  readonly #latency: Nanos
  readonly #sendError: (path: Path, offending: Uint8Array) => void

  constructor(time: VirtualTime, latency: Nanos, sendError: (path: Path, offending: Uint8Array) => void) {
    this.#time = time
    this.#latency = latency
    this.#sendError = sendError
  }

  arrive({ bytes, path, record }: Packet): void {
    record.fate = 'closed'
    this.#time.at(this.#time.now + this.#latency, () => this.#sendError(path, bytes))
  }
}

const ECONNREFUSED = 111

/** The error as a socket sees it. `before` is the token above the newest datagram that left. */
export function portUnreachable(icmp: 'queue' | 'errno', reporter: string, before: number): IcmpError {
  return icmp === 'queue' ? { errno: ECONNREFUSED, type: 3, code: 3, reporter } : { errno: ECONNREFUSED, before }
}
