import type { Nanos } from '../../src/base/nanos.ts'
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
