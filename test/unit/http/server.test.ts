import { EventEmitter, once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { gunzipSync } from 'node:zlib'
import { describe, expect, onTestFinished, test } from 'vitest'
import { MILLISECOND, SECOND } from '../../../src/base/nanos.ts'
import { EventStream } from '../../../src/http/event-stream.ts'
import type { Route } from '../../../src/http/route.ts'
import { type HttpPlan, type HttpServer, type ListenAddress, startHttp } from '../../../src/http/server.ts'
import { exchange, get, open, parsed, readAll } from '../../helpers/raw-http.ts'

const TEXT = 'text/plain; charset=utf-8'

interface Served {
  readonly server: HttpServer
  readonly port: number
  /** Requests that a route answered: method and query. */
  readonly answered: string[]
  readonly stream: EventStream
}

async function serve({
  host = '127.0.0.1',
  port = 0,
  ...plan
}: Partial<HttpPlan> & Partial<ListenAddress> = {}): Promise<Served> {
  const answered: string[] = []
  const stream = new EventStream({ maxViewers: 2, whole: () => 'data: whole\n\n' })
  const routes: readonly Route[] = [
    {
      path: '/echo',
      answer: ({ method, query }) => {
        answered.push(`${method} ${query.toString()}`)
        return { type: TEXT, body: query.get('text') ?? 'nothing' }
      },
    },
    { path: '/long', answer: async () => await Promise.resolve({ type: TEXT, body: 'x'.repeat(5000) }) },
    { path: '/reload', methods: ['POST', 'PUT'], answer: () => ({ status: 202, type: TEXT, body: 'reloaded' }) },
    { path: '/', answer: () => ({ type: TEXT, body: 'the first page' }) },
    {
      path: '/busy',
      answer: ({ headers }) => ({
        status: 503,
        type: TEXT,
        body: String(headers['x-wish']),
        headers: { 'Retry-After': '7' },
      }),
    },
    { path: '/page', answer: () => ({ type: 'text/html', body: '<p>', policy: "default-src 'self'" }) },
    {
      path: '/broken',
      answer: () => {
        throw new Error('a secret')
      },
    },
    { path: '/events', stream },
  ]
  const server = await startHttp(
    { listen: [{ host, port }], maxConnections: 50, headerTime: 60 * SECOND, ...plan },
    routes,
  )
  onTestFinished(async () => await server.close())
  return { server, port: server.addresses[0].port, answered, stream }
}

test('requests that are refused are reported, with the path as it came and without the query', async () => {
  const refused: unknown[] = []
  const { port } = await serve({ onRefused: each => refused.push(each) })
  for (const request of [get('/echo?text=a'), get('/nothing?secret=1'), get('/echo', {}, 'POST')])
    await exchange(port, request)
  await exchange(port, get('/echo', { Host: 'evil.example' }))
  expect(refused).toEqual([
    { status: 404, method: 'GET', path: '/nothing', from: '127.0.0.1' },
    { status: 405, method: 'POST', path: '/echo', from: '127.0.0.1' },
    { status: 403, method: 'GET', path: '/echo', from: '127.0.0.1' },
  ])
})

describe('routes', () => {
  test('a path with its query', async () => {
    const { port, answered } = await serve()
    const { status, headers, body } = await exchange(port, get('/echo?text=a%20b&x=1?2'))
    expect({ status, body }).toEqual({ status: 200, body: 'a b' })
    expect(headers).toMatchObject({
      'content-type': TEXT,
      'content-length': '3',
      'cache-control': 'no-store',
      'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
      'cross-origin-resource-policy': 'same-origin',
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
    })
    expect(answered).toEqual(['GET text=a+b&x=1%3F2'])
  })

  test('HEAD has the headers of GET and no body', async () => {
    const { port, answered } = await serve()
    const { status, headers, body } = await exchange(port, get('/echo?text=abc', {}, 'HEAD'))
    expect({ status, body, length: headers['content-length'] }).toEqual({ status: 200, body: '', length: '3' })
    expect(answered).toEqual(['GET text=abc'])
  })

  test.each(['/no', '/echo/', '/ECHO', '/echo/../echo', '//echo', '/%65cho', '/constructor', '/__proto__'])(
    'nothing is at %s',
    async path => {
      const { port, answered } = await serve()
      const { status, headers } = await exchange(port, get(path))
      expect(status).toBe(404)
      expect(headers).toMatchObject({ 'content-type': TEXT, 'x-content-type-options': 'nosniff' })
      expect(answered).toEqual([])
    },
  )

  test.each([
    ['POST', '/echo', 'GET, HEAD'],
    ['DELETE', '/echo', 'GET, HEAD'],
    ['OPTIONS', '/echo', 'GET, HEAD'],
    ['GET', '/reload', 'POST, PUT'],
    ['HEAD', '/reload', 'POST, PUT'],
    ['POST', '/events', 'GET, HEAD'],
  ])('%s %s is not allowed', async (method, path, allow) => {
    const { port } = await serve()
    const { status, headers } = await exchange(port, get(path, {}, method))
    expect({ status, allow: headers['allow'] }).toEqual({ status: 405, allow })
  })

  test.each(['POST', 'PUT'])('%s where a route takes it', async method => {
    const { port } = await serve()
    const { status, body } = await exchange(port, get('/reload', { 'Content-Length': '0' }, method))
    expect({ status, body }).toEqual({ status: 202, body: 'reloaded' })
  })

  test('a page has its own policy', async () => {
    const { port } = await serve()
    const { headers } = await exchange(port, get('/page'))
    expect(headers['content-security-policy']).toBe("default-src 'self'")
  })

  test('an error of a route is answered without its text', async () => {
    const { port } = await serve()
    const { status, body } = await exchange(port, get('/broken'))
    expect(status).toBe(500)
    expect(body).not.toContain('secret')
  })

  test.each([
    ['gzip', true],
    ['br, gzip;q=0.5', true],
    ['GZIP', true],
    ['gzip;q=0', false],
    ['gzip; q=0.000', false],
    ['br', false],
    ['', false],
    ['xgzip', false],
  ])('a long answer to Accept-Encoding %j', async (offer, isCompressed) => {
    const { port } = await serve()
    const { headers, body } = await exchange(port, get('/long', { 'Accept-Encoding': offer }))
    expect(headers['vary']).toBe('Accept-Encoding')
    expect(headers['content-encoding']).toBe(isCompressed ? 'gzip' : undefined)
    const bytes = Buffer.from(body, 'latin1')
    expect(Number(headers['content-length'])).toBe(bytes.length)
    expect((isCompressed ? gunzipSync(bytes) : bytes).toString()).toBe('x'.repeat(5000))
  })

  test('several requests on one connection', async () => {
    const { port } = await serve()
    const socket = await open(port)
    const text = readAll(socket)
    socket.write(`${get('/echo?text=one', { Connection: 'keep-alive' })}${get('/echo?text=two')}`)
    expect((await text).split('HTTP/1.1 200 OK')).toHaveLength(3)
  })
})

describe('headers', () => {
  test('of a request and of an answer', async () => {
    const { port } = await serve()
    const { status, headers, body } = await exchange(port, get('/busy', { 'X-Wish': 'a lot' }))
    expect({ status, retry: headers['retry-after'], body }).toEqual({ status: 503, retry: '7', body: 'a lot' })
  })
})

describe('a route that takes its time', () => {
  async function asking(plan: Partial<HttpPlan>): Promise<{
    readonly socket: Socket
    readonly asked: Promise<[AbortSignal]>
    readonly end: () => void
  }> {
    const bus = new EventEmitter()
    const asked = once(bus, 'asked') as Promise<[AbortSignal]>
    const route: Route = {
      path: '/slow',
      answer: async ({ signal }) => {
        bus.emit('asked', signal)
        await once(bus, 'end')
        return { type: TEXT, body: 'done' }
      },
    }
    const server = await startHttp(
      { listen: [{ host: '127.0.0.1', port: 0 }], maxConnections: 1, headerTime: 60 * SECOND, ...plan },
      [route],
    )
    onTestFinished(async () => await server.close())
    return { socket: await open(server.addresses[0].port), asked, end: () => bus.emit('end') }
  }

  async function waiting(): Promise<{
    readonly socket: Socket
    readonly signal: AbortSignal
    readonly end: () => void
  }> {
    const { socket, asked, end } = await asking({})
    socket.write(get('/slow'))
    const [signal] = await asked
    return { socket, signal, end }
  }

  test.each(['end', 'resetAndDestroy'] as const)('%s of the client aborts its signal', async how => {
    const { socket, signal, end } = await waiting()
    expect(signal.aborted).toBe(false)
    socket[how]()
    if (!signal.aborted) await once(signal, 'abort')
    end()
  })

  test('a client that leaves while its password is checked aborts it, too', async () => {
    // By crypt(3), of "secret", with a cost that takes some 100 ms.
    const users = new Map([['prometheus', '$2b$10$CCCCCCCCCCCCCCCCCCCCC.VVp5aqsPmU7zaCQqZwwreor7t89ae/K']])
    const { socket, asked, end } = await asking({ security: { present: () => ({ users, headers: new Map() }) } })
    socket.write(get('/slow', { Authorization: `Basic ${Buffer.from('prometheus:secret').toString('base64')}` }))
    socket.end()
    const [signal] = await asked
    if (!signal.aborted) await once(signal, 'abort')
    end()
  })

  test('a client that waits does not', async () => {
    const { socket, signal, end } = await waiting()
    const text = readAll(socket)
    end()
    expect(parsed(await text).body).toBe('done')
    expect(signal.aborted).toBe(false)
  })
})

describe('below a prefix', () => {
  test.each([
    ['/udptool/echo?text=x', 200, undefined],
    ['/udptool/', 200, undefined],
    ['/', 302, '/udptool/'],
    ['/udptool', 302, '/udptool/'],
    ['/echo', 404, undefined],
    ['/udptool/udptool/echo', 404, undefined],
    ['/udptoolecho', 404, undefined],
    ['/udptool//echo', 404, undefined],
  ])('%s', async (path, status, location) => {
    const { port } = await serve({ prefix: '/udptool' })
    for (const method of ['GET', 'HEAD']) {
      const answer = await exchange(port, get(path, {}, method))
      expect([answer.status, answer.headers['location']]).toEqual([status, location])
    }
  })

  test('/ leads to the external URL, and takes GET only', async () => {
    const { port } = await serve({ prefix: '/udptool', externalUrl: new URL('https://probes.example/udp') })
    expect((await exchange(port, get('/'))).headers['location']).toBe('https://probes.example/udp/')
    expect((await exchange(port, get('/', {}, 'POST'))).status).toBe(404)
  })
})

describe('several addresses', () => {
  const plan = { maxConnections: 3, headerTime: 60 * SECOND }
  const routes: readonly Route[] = [{ path: '/', answer: () => ({ type: TEXT, body: 'here' }) }]

  test('serve the same routes with one bound for connections, and each has its own rule for the Host', async () => {
    const listen = [
      { host: '127.0.0.1', port: 0 },
      { host: '0.0.0.0', port: 0 },
    ] as const
    const server = await startHttp({ ...plan, listen }, routes)
    onTestFinished(async () => await server.close())
    const [local, open0] = server.addresses.map(({ port }) => port)
    expect(local).not.toBe(open0)
    for (const port of [local ?? 0, open0 ?? 0]) expect((await exchange(port, get('/'))).body).toBe('here')
    expect((await exchange(local ?? 0, get('/', { Host: 'probes.example' }))).status).toBe(403)
    expect((await exchange(open0 ?? 0, get('/', { Host: 'probes.example' }))).status).toBe(200)
    const held = [await open(local ?? 0), await open(local ?? 0), await open(open0 ?? 0)]
    for (const port of [local ?? 0, open0 ?? 0]) expect((await exchange(port, get('/'))).status).toBeNaN()
    for (const socket of held) socket.destroy()
  })

  test('if one cannot be bound, none stays bound', async () => {
    const taken = await startHttp({ ...plan, listen: [{ host: '127.0.0.1', port: 0 }] }, routes)
    onTestFinished(async () => await taken.close())
    const listen = [
      { host: '127.0.0.1', port: 0 },
      { host: '127.0.0.1', port: taken.addresses[0].port },
    ] as const
    const bound = (): number => process.getActiveResourcesInfo().filter(name => name === 'TCPServerWrap').length
    const before = bound()
    expect(before).toBeGreaterThan(0)
    await expect(startHttp({ ...plan, listen }, routes)).rejects.toMatchObject({ code: 'addressInUse' })
    while (bound() > before) await new Promise(resolve => setImmediate(resolve))
  })
})

describe('an external URL', () => {
  test('names a further Host and Origin', async () => {
    const { port } = await serve({ externalUrl: new URL('https://probes.example/') })
    expect((await exchange(port, get('/echo', { Host: 'probes.example' }))).status).toBe(200)
    expect((await exchange(port, get('/echo', { Host: 'evil.example' }))).status).toBe(403)
    const behind = { Host: '127.0.0.1', Origin: 'https://probes.example' }
    expect((await exchange(port, get('/reload', behind, 'POST'))).status).toBe(202)
    expect((await exchange(port, get('/reload', { ...behind, Origin: 'https://evil.example' }, 'POST'))).status).toBe(
      403,
    )
  })
})

describe('requests that are refused', () => {
  test.each(['evil.example', 'evil.example:19000', '192.0.2.1', ''])('Host %j on a loopback address', async Host => {
    const { port, answered } = await serve()
    const { status, headers } = await exchange(port, get('/echo', { Host }))
    expect({ status, connection: headers['connection'] }).toEqual({ status: 403, connection: 'close' })
    expect(answered).toEqual([])
  })

  test('the path does not matter: a foreign Host gets no 404', async () => {
    const { port } = await serve()
    expect((await exchange(port, get('/nothing', { Host: 'evil.example' }))).status).toBe(403)
  })

  test('no Host at all', async () => {
    const { port } = await serve()
    expect((await exchange(port, 'GET /echo HTTP/1.0\r\n\r\n')).status).toBe(403)
    expect((await exchange(port, 'GET /echo HTTP/1.1\r\nConnection: close\r\n\r\n')).status).toBe(400)
  })

  test.each(['http://evil.example', 'null', 'http://127.0.0.1:1'])('Origin %s', async Origin => {
    const { port, answered } = await serve()
    for (const path of ['/echo', '/events', '/reload'])
      expect((await exchange(port, get(path, { Origin }))).status).toBe(403)
    expect(answered).toEqual([])
  })

  test.each([
    ['an image of another site', 'cross-site', 'no-cors', 'image', 403],
    ['a frame of another site', 'cross-site', 'navigate', 'iframe', 403],
    ['a script of another port of this host', 'same-site', 'no-cors', 'script', 403],
    ['a link of another site', 'cross-site', 'navigate', 'document', 200],
    ['a link of another port of this host', 'same-site', 'navigate', 'document', 200],
    ['its own page', 'same-origin', 'cors', 'empty', 200],
    ['an address that somebody typed', 'none', 'navigate', 'document', 200],
  ])('%s (Fetch Metadata)', async (_, site, mode, dest, expected) => {
    const { port } = await serve()
    const headers = { 'Sec-Fetch-Site': site, 'Sec-Fetch-Mode': mode, 'Sec-Fetch-Dest': dest }
    expect((await exchange(port, get('/echo', headers))).status).toBe(expected)
  })

  test('its own Origin is taken', async () => {
    const { port } = await serve()
    const own = { Host: `localhost:${port}`, Origin: `http://localhost:${port}` }
    expect((await exchange(port, get('/echo', own))).status).toBe(200)
  })

  test('any Host on an address that is not loopback', async () => {
    const { port } = await serve({ host: '0.0.0.0' })
    expect((await exchange(port, get('/echo', { Host: 'watch.example' }))).status).toBe(200)
    const foreign = { Host: 'watch.example', Origin: 'http://evil.example' }
    expect((await exchange(port, get('/echo', foreign))).status).toBe(403)
  })

  test.each([
    ['a length', `${get('/reload', { 'Content-Length': '5' }, 'POST')}hello`],
    ['chunks', `${get('/reload', { 'Transfer-Encoding': 'chunked' }, 'POST')}5\r\nhello\r\n0\r\n\r\n`],
    ['a length, with GET', `${get('/echo', { 'Content-Length': '5' })}hello`],
    ['a length, with Expect', get('/reload', { 'Content-Length': '5', Expect: '100-continue' }, 'POST')],
  ])('a body with %s', async (_, request) => {
    const { port, answered } = await serve()
    const text = await exchange(port, request)
    expect([413, 100]).toContain(text.status)
    if (text.status === 100) expect(parsed(text.body).status).toBe(413)
    expect(answered).toEqual([])
  })

  test.each([
    ['an absolute URL', get('http://127.0.0.1/echo')],
    ['two Hosts', get('/echo', { host: 'evil.example' })],
    ['an asterisk', get('*', {}, 'OPTIONS')],
    ['no HTTP', 'hello\r\n\r\n'],
    ['a space in the path', get('/echo ?')],
    ['a header without a name', 'GET /echo HTTP/1.1\r\n: x\r\n\r\n'],
    ['length and chunks together', get('/echo', { 'Content-Length': '0', 'Transfer-Encoding': 'chunked' })],
  ])('%s', async (_, request) => {
    const { port, answered } = await serve()
    const { status } = await exchange(port, request)
    expect(status).toBeGreaterThanOrEqual(400)
    expect(status).toBeLessThan(500)
    expect(answered).toEqual([])
  })

  test('headers of more than 8 KiB, however many', async () => {
    const { port, answered } = await serve()
    expect((await exchange(port, get('/echo', { Long: 'x'.repeat(7500) }))).status).toBe(200)
    expect((await exchange(port, get('/echo', { Long: 'x'.repeat(8200) }))).status).toBe(431)
    expect((await exchange(port, get(`/echo?${'x'.repeat(8200)}`))).status).toBe(431)
    const many = Object.fromEntries(Array.from({ length: 1200 }, (_, n) => [`H${n}`, 'xxxx']))
    expect((await exchange(port, get('/echo', many))).status).toBe(431)
    expect(answered).toHaveLength(1)
  })

  test('headers without an end', async () => {
    const { port } = await serve()
    const socket = await open(port)
    const text = readAll(socket)
    const more = setInterval(
      () => socket.write('X: yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy\r\n'.repeat(100)),
      1,
    )
    socket.write('GET /echo HTTP/1.1\r\nHost: localhost\r\n')
    expect(await text).toMatch(/^HTTP\/1.1 431/)
    clearInterval(more)
  })
})

describe('connections', () => {
  test('one that never completes its headers is closed, and one that sends nothing', async () => {
    const { port } = await serve({ headerTime: 50 * MILLISECOND })
    const slow = await open(port)
    const silent = await open(port)
    slow.write('GET /echo HTTP/1.1\r\nHost: local')
    expect(await readAll(slow)).toMatch(/^HTTP\/1.1 408/)
    if (!silent.closed) await once(silent.resume(), 'close')
  })

  test('beyond the limit they are closed at once, and a free place is used again', async () => {
    const { port } = await serve({ maxConnections: 3 })
    const held = [await open(port), await open(port), await open(port)]
    expect((await exchange(port, get('/echo'))).status).toBeNaN()
    held[0]?.destroy()
    let status = Number.NaN
    while (Number.isNaN(status)) ({ status } = await exchange(port, get('/echo')))
    expect(status).toBe(200)
    for (const socket of held) socket.destroy()
  })

  test('close ends idle connections and viewers, and frees the port', async () => {
    const { port, server, stream } = await serve()
    const idle = await open(port)
    const viewer = await open(port)
    viewer.write(get('/events'))
    await once(viewer, 'data')
    expect(stream.viewers).toBe(1)
    const ends = [once(idle.resume(), 'close'), once(viewer.resume(), 'close')]
    await server.close()
    await Promise.all(ends)
    expect(stream.viewers).toBe(0)
    const again = await serve({ port })
    expect(again.port).toBe(port)
    await again.server.close()
  })

  test('a second server on the port is refused', async () => {
    const { port } = await serve()
    await expect(serve({ port })).rejects.toMatchObject({ code: 'addressInUse', address: `127.0.0.1:${port}` })
    await expect(serve({ host: '192.0.2.1' })).rejects.toMatchObject({ code: 'addressUnavailable' })
  })

  test('clients that break off end nothing else', async () => {
    const { port } = await serve()
    for (let n = 0; n < 20; n += 1) {
      const socket = connect({ host: '127.0.0.1', port })
      socket.on('error', () => {})
      socket.write(get(n % 2 === 0 ? '/long' : '/events'))
      await once(socket, 'connect')
      socket.resetAndDestroy()
    }
    expect((await exchange(port, get('/echo'))).status).toBe(200)
  })
})

describe('a stream of events', () => {
  test('has the whole state first, then each frame', async () => {
    const { port, stream } = await serve()
    const viewer = await open(port)
    viewer.setEncoding('latin1')
    let text = ''
    viewer.on('data', (data: string) => (text += data))
    viewer.write(get('/events'))
    while (!text.includes('whole')) await once(viewer, 'data')
    expect(text).toMatch(/content-type: text\/event-stream/i)
    expect(text).toMatch(/cache-control: no-store/i)
    stream.send('data: next\n\n')
    while (!text.includes('data: next\n\n')) await once(viewer, 'data')
    viewer.destroy()
  })

  test('further viewers are refused until one leaves', async () => {
    const { port, stream } = await serve()
    const viewers = [await open(port), await open(port)]
    for (const viewer of viewers) {
      viewer.write(get('/events'))
      await once(viewer, 'data')
    }
    const { status, headers } = await exchange(port, get('/events'))
    expect({ status, retry: headers['retry-after'] }).toEqual({ status: 503, retry: '10' })
    expect(stream.viewers).toBe(2)
    viewers[0]?.destroy()
    while (!stream.hasRoom) await new Promise(resolve => setImmediate(resolve))
    const third = await open(port)
    third.write(get('/events'))
    expect(String(await once(third, 'data'))).toContain('200 OK')
    for (const viewer of [...viewers, third]) viewer.destroy()
  })

  test('HEAD takes no place of a viewer', async () => {
    const { port, stream } = await serve()
    const { status, headers, body } = await exchange(port, get('/events', {}, 'HEAD'))
    expect({ status, type: headers['content-type'], body }).toEqual({
      status: 200,
      type: 'text/event-stream',
      body: '',
    })
    expect(stream.viewers).toBe(0)
  })

  test('a viewer that never reads is disconnected; one that reads gets every frame', async () => {
    const { port, stream } = await serve()
    const stuck = await open(port)
    stuck.pause().write(get('/events'))
    while (stream.viewers < 1) await new Promise(resolve => setImmediate(resolve))
    const reader = await open(port)
    reader.setEncoding('latin1')
    let text = ''
    reader.on('data', (data: string) => (text = `${text}${data}`.slice(-100)))
    reader.write(get('/events'))
    while (stream.viewers < 2) await new Promise(resolve => setImmediate(resolve))
    const padding = 'x'.repeat(500_000)
    let sent = 0
    // The kernel takes some megabytes for a socket before it refuses more.
    while (stream.viewers > 1 && sent < 5000) {
      sent += 1
      stream.send(`data: ${padding}${sent}\n\n`)
      while (!text.includes(`x${sent}\n\n`)) await once(reader, 'data')
    }
    expect(stream.viewers).toBe(1)
    stuck.destroy()
    reader.destroy()
  })
})
