import { formatAddress, type Address, type Family, type StreamAddress, type StreamFamily } from '../base/address.ts'
import { asyncDispose } from './async-dispose.ts'

/** A server in this process. `await using` closes it. */
export interface ServerHandle<Protocol extends Family | StreamFamily = Family> extends AsyncDisposable {
  readonly address: string
  readonly port: number
  readonly family: Protocol
  /** `127.0.0.1:9000`, `[::1]:9000`: the value of a client's `to`. */
  readonly target: string
  /** Finishes the current work, then closes. */
  close(): Promise<void>
}

/** The handle of a listening server. */
export function serverHandle(run: Running<Address>): ServerHandle
export function serverHandle(run: Running<StreamAddress>): ServerHandle<StreamFamily>
export function serverHandle(run: Running<Address | StreamAddress>): ServerHandle<Family | StreamFamily> {
  const close = async (): Promise<void> => {
    run.stop()
    await run.done
  }
  return { ...run.address, target: formatAddress(run.address), close, [asyncDispose]: close }
}

interface Running<At> {
  readonly address: At
  readonly stop: () => void
  readonly done: Promise<void>
}
