import type { Host } from './namespace.ts'
import { startServiceServer, untilAnswered, type ServiceServer } from './service-servers.ts'

/** A client request of NTP version 4 with a transmit timestamp. */
const REQUEST = Buffer.from(`23000020${'00'.repeat(36)}0123456789abcdef`, 'hex')

export const CHRONYD_PORT = 1123

/** Starts chronyd, which changes no clock (`-x`). Without `local` it has no source of time. */
export async function startChronyd(host: Host, ...settings: readonly string[]): Promise<ServiceServer> {
  const lines = [
    `port ${CHRONYD_PORT}`,
    'cmdport 0',
    'bindcmdaddress /',
    'pidfile {folder}/pid',
    'allow all',
    ...settings,
  ]
  return await startServiceServer(host, {
    command: ['chronyd', '-x', '-d', '-u', 'root', '-f', '{folder}/chrony.conf'],
    files: { 'chrony.conf': `${lines.join('\n')}\n` },
    isUp: async () => await untilAnswered(host, '127.0.0.1', CHRONYD_PORT, REQUEST),
  })
}
