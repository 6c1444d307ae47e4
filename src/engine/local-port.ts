import type { ProberSockets } from './port.ts'

/** The local port of the first socket of a client; 0: the kernel chooses. */
export function localPort({ bind, sourcePorts }: ProberSockets, client: number): number {
  return sourcePorts === undefined ? (bind?.port ?? 0) : sourcePorts.first + client
}

/** Whether each client keeps one port, so that it can have no further socket. */
export function hasFixedPorts({ bind, sourcePorts }: ProberSockets): boolean {
  return sourcePorts !== undefined || (bind !== undefined && bind.port !== 0)
}
