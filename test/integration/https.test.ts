import { EventEmitter, once } from 'node:events'
import { readFileSync } from 'node:fs'
import { describe, expect, onTestFinished, test } from 'vitest'
import { MILLISECOND, SECOND } from '../../src/base/nanos.ts'
import { EventStream } from '../../src/http/event-stream.ts'
import type { Route } from '../../src/http/route.ts'
import type { HttpSecurity } from '../../src/http/security.ts'
import { type HttpPlan, type HttpServer, startHttp } from '../../src/http/server.ts'
import { makeCertificates } from '../helpers/certificates.ts'
import { type Child, start } from '../helpers/child.ts'
import { shared } from '../helpers/lifetime.ts'
import { exchange, get, open, readAll } from '../helpers/raw-http.ts'
import { requireTool } from '../helpers/tools.ts'

describe.runIf(requireTool('openssl') && requireTool('curl'))('a server with TLS', () => {
  const certificates = shared(makeCertificates)
  const bus = new EventEmitter()
  const routes: readonly Route[] = [
    { path: '/', answer: () => ({ type: 'text/plain', body: 'here' }) },
    {
      path: '/slow',
      answer: async ({ signal }) => {
        bus.emit('asked', signal)
        await once(signal, 'abort')
        return { type: 'text/plain', body: '' }
      },
    },
  ]

  function security(): HttpSecurity {
    const { path } = certificates()
    const settings = {
      users: new Map<string, string>(),
      headers: new Map<string, string>(),
      tls: {
        certificate: readFileSync(path('server.pem'), 'utf8'),
        key: readFileSync(path('server.key'), 'utf8'),
        clientAuthorities: undefined,
        clientAuth: 'NoClientCert',
        allowedNames: undefined,
        minVersion: 'TLSv1.2',
        maxVersion: 'TLSv1.3',
        ciphers: undefined,
        curves: undefined,
      },
    } as const
    return { present: () => settings }
  }

  async function serve(plan: Partial<HttpPlan> = {}, more: readonly Route[] = []): Promise<HttpServer> {
    const server = await startHttp(
      {
        listen: [{ host: '127.0.0.1', port: 0 }],
        maxConnections: 50,
        headerTime: 60 * SECOND,
        security: security(),
        ...plan,
      },
      [...routes, ...more],
    )
    onTestFinished(async () => await server.close())
    return server
  }

  function curl(port: number, path = '/', ...args: readonly string[]): Child {
    return start('curl', [
      '-sN',
      '--cacert',
      certificates().path('ca.pem'),
      ...args,
      `https://127.0.0.1:${port}${path}`,
    ])
  }

  const [port1, port2] = [
    { host: '127.0.0.1', port: 0 },
    { host: '127.0.0.1', port: 0 },
  ] as const

  test('has it on all addresses', async () => {
    const { addresses } = await serve({ listen: [port1, port2] })
    for (const { port } of addresses) {
      expect((await curl(port).finished).stdout).toBe('here')
      expect((await exchange(port, get('/'))).status).toBeNaN()
    }
  })

  test('closes connections beyond the bound, and others go on', async () => {
    const { addresses } = await serve({ listen: [port1, port2], maxConnections: 2 })
    const [first, second] = addresses.map(({ port }) => port)
    const held = [await open(first ?? 0), await open(second ?? 0)]
    for (const { port } of addresses) expect((await curl(port).finished).code).not.toBe(0)
    for (const socket of held) {
      const closed = once(socket, 'close')
      socket.destroy()
      await closed
    }
    let text = ''
    while (text === '') text = (await curl(first ?? 0).finished).stdout
    expect(text).toBe('here')
  })

  test('closes a connection without a handshake, and one that sends something else', async () => {
    const { addresses } = await serve({ headerTime: 50 * MILLISECOND })
    const [{ port }] = addresses
    const silent = await open(port)
    if (!silent.closed) await once(silent.resume(), 'close')
    const other = await open(port)
    const text = readAll(other)
    other.write(get('/'))
    expect(await text).not.toContain('HTTP/1.1 200')
  })

  test('aborts the signal of a route when its client goes away', async () => {
    const { addresses } = await serve()
    const asked = once(bus, 'asked') as Promise<[AbortSignal]>
    const client = curl(addresses[0].port, '/slow')
    const [signal] = await asked
    expect(signal.aborted).toBe(false)
    client.signal('SIGKILL')
    if (!signal.aborted) await once(signal, 'abort')
  })

  test('sends events, and close ends them', async () => {
    const stream = new EventStream({ maxViewers: 2, whole: () => 'data: whole\n\n' })
    const server = await serve({}, [{ path: '/events', stream }])
    const viewer = curl(server.addresses[0].port, '/events')
    await viewer.waitFor('stdout', /data: whole/)
    stream.send('data: next\n\n')
    await viewer.waitFor('stdout', /data: next/)
    await server.close()
    expect((await viewer.finished).code).toBe(0)
  })
})
