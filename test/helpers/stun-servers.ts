import type { Host } from './namespace.ts'
import { startServiceServer, untilAnswered, type ServiceServer } from './service-servers.ts'

/** A binding request. */
const REQUEST = Buffer.from('000100002112a442000102030405060708090a0b', 'hex')

export const COTURN_PORT = 3478

/** Starts coturn on one or more addresses. */
export async function startCoturn(host: Host, first: string, ...others: readonly string[]): Promise<ServiceServer> {
  const lines = [
    `listening-port=${COTURN_PORT}`,
    ...[first, ...others].map(address => `listening-ip=${address}`),
    'no-tls',
    'no-dtls',
    'no-auth',
    'no-cli',
    // turnutils_uclient relays to itself.
    'allow-loopback-peers',
    'userdb={folder}/turndb',
    'pidfile={folder}/pid',
    'log-file=stdout',
  ]
  return await startServiceServer(host, {
    command: ['turnserver', '-c', '{folder}/turnserver.conf'],
    files: { 'turnserver.conf': `${lines.join('\n')}\n` },
    isUp: async () => await untilAnswered(host, first, COTURN_PORT, REQUEST),
  })
}
