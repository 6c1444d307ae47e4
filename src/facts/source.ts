/**
 * Numbers of the sockets of a run. A client's first socket has the client's number; the number of clients is that of the socket which is
 * not connected; above it are further sockets of the clients, each with a port of its own.
 */

/** The number of a client's socket: its `index`-th, from 0. */
export function sourceNumber(client: number, index: number, clients: number): number {
  return index === 0 ? client : index * clients + client + 1
}

/** Whose socket this is; it is not the one that is not connected. */
export function clientOfSource(source: number, clients: number): number {
  return source < clients ? source : (source - clients - 1) % clients
}

/** Which of its client's sockets this is. */
export function indexOfSource(source: number, clients: number): number {
  return source < clients ? 0 : Math.floor((source - 1) / clients)
}
