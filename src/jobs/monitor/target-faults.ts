import { formatAddress, type Address } from '../../base/address.ts'
import { FaultLog } from '../fault-log.ts'
import type { Log } from '../log.ts'

/** Logs names of targets that cannot be resolved, and sockets that cannot be opened: once, not at each retry. */
export class TargetFaults {
  readonly #faults: FaultLog

  constructor(log: Log) {
    this.#faults = new FaultLog(log)
  }

  /** @param target host:port, here and below */
  unresolved(target: string, reason: string): void {
    this.#faults.set(`name ${target}`, 'name not resolved', { target, reason })
  }

  resolved(target: string, address: Address): void {
    this.#faults.clear(`name ${target}`, 'name resolved', { target, address: formatAddress(address) })
  }

  closed(target: string, reason: string): void {
    this.#faults.set(`socket ${target}`, 'socket not opened', { target, reason })
  }

  opened(target: string): void {
    this.#faults.clear(`socket ${target}`, 'socket opened', { target })
  }

  /** The target is gone. */
  forget(target: string): void {
    this.#faults.clear(`name ${target}`)
    this.#faults.clear(`socket ${target}`)
  }
}
