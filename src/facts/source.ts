/**
 * Numbers of the sockets of a run. A client's first socket has the client's number; the unconnected socket has the number of clients; above it
 * are further sockets of the clients, each with its own port.
 */

/** The number of a client's socket with this index, from 0. */
export function sourceNumber(client: number, index: number, clients: number): number {
  return index === 0 ? client : index * clients + client + 1
}

/** The client of a socket, which is not the unconnected one. */
export function clientOfSource(source: number, clients: number): number {
  return source < clients ? source : (source - clients - 1) % clients
}

/** The index of a socket among its client's sockets. */
export function indexOfSource(source: number, clients: number): number {
  return source < clients ? 0 : Math.floor((source - 1) / clients)
}
