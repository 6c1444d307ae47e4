import { once } from 'node:events'
import { connect, type Socket } from 'node:net'

/** An answer as it came, read without the HTTP client of Node. */
export interface RawAnswer {
  readonly status: number
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** A connection to a port of 127.0.0.1. */
export async function open(port: number): Promise<Socket> {
  const socket = connect({ host: '127.0.0.1', port })
  socket.on('error', () => {})
  await once(socket, 'connect')
  return socket
}

/** All that the other side sends until it closes the connection. */
export async function readAll(socket: Socket): Promise<string> {
  let text = ''
  socket.setEncoding('latin1').on('data', (data: string) => (text += data))
  await once(socket, 'close')
  return text
}

/** Sends a request as it is, and reads the answer until the connection is closed. */
export async function exchange(port: number, request: string): Promise<RawAnswer> {
  const socket = await open(port)
  const text = readAll(socket)
  socket.write(request)
  return parsed(await text)
}

/** A request without a body that asks to close the connection. */
export function get(path: string, headers: Readonly<Record<string, string>> = {}, method = 'GET'): string {
  const all = { Host: '127.0.0.1', Connection: 'close', ...headers }
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`)
  return `${method} ${path} HTTP/1.1\r\n${lines.join('')}\r\n`
}

export function parsed(text: string): RawAnswer {
  const [head = '', ...rest] = text.split('\r\n\r\n')
  const [first = '', ...lines] = head.split('\r\n')
  const headers = lines.map(line => [line.split(': ', 1)[0]?.toLowerCase() ?? '', line.replace(/^[^:]*: /u, '')])
  return {
    status: Number(first.split(' ')[1]),
    headers: Object.fromEntries(headers) as Record<string, string>,
    body: rest.join('\r\n\r\n'),
  }
}
