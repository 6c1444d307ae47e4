import { formatAddress, type Address } from '../base/address.ts'

/** A server of this process, as the library gives it. `await using` closes it. */
export interface ServerHandle extends AsyncDisposable {
  readonly address: string
  readonly port: number
  readonly family: 'udp4' | 'udp6'
  /** `127.0.0.1:9000`, `[::1]:9000`: what `send` takes as `to`. */
  readonly target: string
  /** Finishes what is under way, then closes. */
  close(): Promise<void>
}

/** The handle of a server that is listening. */
export function serverHandle(run: {
  readonly address: Address
  readonly stop: () => void
  readonly done: Promise<void>
}): ServerHandle {
  const close = async (): Promise<void> => {
    run.stop()
    await run.done
  }
  return { ...run.address, target: formatAddress(run.address), close, [Symbol.asyncDispose]: close }
}
