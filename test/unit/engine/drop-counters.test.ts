import { createSocket, type Socket } from 'node:dgram'
import { once } from 'node:events'
import { afterEach, describe, expect, test } from 'vitest'
import { DropCounters, parseDrops } from '../../../src/engine/drop-counters.ts'

/** Output of Linux. */
const UDP4 = `   sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode ref pointer drops            
 4690: 0100007F:C437 0100007F:A0E2 01 00000000:00000340 00:00000000 00000000     0        0 232020 2 00000000618dddfe 12       
 6547: 0100007F:8B78 00000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 233117 2 0000000050fc2546 0        
12718: 00000000:2328 00000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 116430 2 00000000e7519488 3        
12718: 00000000:2328 00000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 116431 2 00000000e7519499 4        
`
const UDP6 = `  sl  local_address                         remote_address                        st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode ref pointer drops
 4461: 00000000000000000000000001000000:2328 00000000000000000000000000000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 240731 2 000000005f1c5b2a 9
 4462: 0000000000000000FFFF00000100007F:2329 0000000000000000FFFF00000100007F:C001 01 00000000:00000000 00:00000000 00000000  1000        0 240732 2 000000005f1c5b2b 2719
`

describe('parseDrops', () => {
  test('IPv4: the last column by both addresses, summed if sockets share a port', () => {
    expect([...parseDrops(UDP4)]).toEqual([
      ['0100007F:C437 0100007F:A0E2', 12],
      ['0100007F:8B78 00000000:0000', 0],
      ['00000000:2328 00000000:0000', 7],
    ])
  })

  test('IPv6, and IPv4-mapped addresses', () => {
    expect([...parseDrops(UDP6).values()]).toEqual([9, 2719])
    expect(parseDrops(UDP6).get('0000000000000000FFFF00000100007F:2329 0000000000000000FFFF00000100007F:C001')).toBe(
      2719,
    )
  })

  test.each([
    ['nothing', ''],
    ['a heading only', UDP4.split('\n')[0] ?? ''],
    ['a line that was cut', `${UDP4.split('\n')[0]}\n 4690: 0100007F:C437`],
    ['another kind of line', 'heading\nsome other words here x\n\n   \n'],
  ])('%s has no counters', (_, text) => {
    expect([...parseDrops(text)]).toEqual([])
  })
})

describe.skipIf(process.platform !== 'linux')('DropCounters on Linux', () => {
  const open: Socket[] = []
  afterEach(() => {
    for (const socket of open.splice(0)) socket.close()
  })

  async function bound(family: 'udp4' | 'udp6', address: string) {
    const socket = createSocket(family)
    open.push(socket)
    socket.bind(0, address)
    await once(socket, 'listening')
    return { socket, local: { address, port: socket.address().port, family } }
  }

  const hasIPv6 = async (): Promise<boolean> => {
    return bound('udp6', '::1').then(
      () => true,
      () => false,
    )
  }

  test('finds a socket by its address and port', async () => {
    const { local } = await bound('udp4', '127.0.0.1')
    expect(new DropCounters().read(local)).toBe(0)
    expect(new DropCounters().read({ ...local, address: '127.0.0.2' })).toBeUndefined()
  })

  test('finds a connected socket by both addresses', async () => {
    const server = await bound('udp4', '127.0.0.1')
    const { socket, local } = await bound('udp4', '127.0.0.1')
    socket.connect(server.local.port, '127.0.0.1')
    await once(socket, 'connect')
    expect(new DropCounters().read(local, server.local)).toBe(0)
    expect(new DropCounters().read(local)).toBeUndefined()
  })

  test('finds IPv6 sockets, and those on an IPv4-mapped address', async ({ skip }) => {
    if (!(await hasIPv6())) skip()
    const { local } = await bound('udp6', '::1')
    expect(new DropCounters().read(local)).toBe(0)
    const mapped = await bound('udp6', '::ffff:127.0.0.1')
    expect(new DropCounters().read(mapped.local)).toBe(0)
    expect(new DropCounters().read({ ...mapped.local, address: '127.0.0.1' })).toBe(0)
  })
})
