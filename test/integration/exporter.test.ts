import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ROOT, start } from '../helpers/child.ts'
import { readEvents } from '../helpers/events.ts'
import { scrape, startExporter, valueOf } from '../helpers/exporter.ts'
import { shared } from '../helpers/lifetime.ts'
import { exchange, get, open, parsed, readAll } from '../helpers/raw-http.ts'
import { closedPort, requireTool, takenPort, temporaryFolder, untilUdpSockets } from '../helpers/tools.ts'
import { HOSTED, runHosted, startServe, startUdptool, udptool } from '../helpers/udptool.ts'

const GETS = ['/', '/metrics', '/config', '/targets', '/live', '/-/healthy', '/-/ready']

describe('answers', () => {
  const exporter = shared(async () => startExporter({ groups: [{ targets: [`127.0.0.1:${await closedPort()}`] }] }))

  test.each(GETS)('%s has one for GET, and the same headers for HEAD', async path => {
    const { port } = exporter()
    const [whole, head] = [await exchange(port, get(path)), await exchange(port, get(path, {}, 'HEAD'))]
    expect([whole.status, head.status]).toEqual([200, 200])
    expect(whole.body.length).toBeGreaterThan(0)
    expect(head.body).toBe('')
    const { 'content-type': type, 'content-security-policy': policy } = whole.headers
    expect(head.headers).toMatchObject({ 'content-type': type, 'content-security-policy': policy })
    expect(whole.headers).toMatchObject({ 'x-content-type-options': 'nosniff', 'cache-control': 'no-store' })
    expect(policy).toContain("default-src 'none'")
  })

  test('/metrics has the content type of the text format', async () => {
    const { headers } = await exchange(exporter().port, get('/metrics'))
    expect(headers['content-type']).toBe('text/plain; version=0.0.4; charset=utf-8')
  })

  test('/metrics is compressed if the client takes gzip', async () => {
    const { headers } = await exchange(exporter().port, get('/metrics', { 'Accept-Encoding': 'gzip' }))
    expect(headers['content-encoding']).toBe('gzip')
  })

  test('/events is a stream that begins with each target', async () => {
    const { port } = exporter()
    const { targets } = JSON.parse((await exchange(port, get('/targets'))).body) as { targets: { target: string }[] }
    const viewer = await open(port)
    const text = readAll(viewer)
    let seen = ''
    viewer.on('data', (data: string) => {
      seen += data
      if (/event: live\n/u.test(seen)) viewer.destroy()
    })
    // HTTP/1.0 has no chunks.
    viewer.write('GET /events HTTP/1.0\r\nHost: localhost\r\n\r\n')
    const { headers, body } = parsed(await text)
    expect(headers['content-type']).toBe('text/event-stream')
    const [row] = readEvents(`${body.split('\n\n').slice(0, 2).join('\n\n')}\n\n`).filter(
      ({ name }) => name === 'message',
    )
    expect(row?.data).toMatchObject({ target: targets[0]?.target, module: 'default' })
  })

  test.each(['/nothing', '//', '/metrics/', '/METRICS', '/-/', '/%2e%2e/metrics', '/-/quit'])(
    '%s is 404',
    async path => {
      expect((await exchange(exporter().port, get(path))).status).toBe(404)
    },
  )

  test.each([
    ['POST', '/metrics', 'GET, HEAD'],
    ['DELETE', '/', 'GET, HEAD'],
    ['PUT', '/probe', 'GET, HEAD'],
    ['POST', '/events', 'GET, HEAD'],
    ['GET', '/-/reload', 'POST, PUT'],
    ['HEAD', '/-/reload', 'POST, PUT'],
    ['OPTIONS', '/-/healthy', 'GET, HEAD'],
  ])('%s %s is 405 with the methods that are allowed', async (method, path, allow) => {
    const { status, headers } = await exchange(exporter().port, get(path, {}, method))
    expect([status, headers['allow']]).toEqual([405, allow])
  })

  test.each([
    ['/probe', 'module'],
    ['/probe?module=default', 'target'],
    ['/probe?target=127.0.0.1:9000&module=nothing', 'nothing'],
    ['/probe?target=http://127.0.0.1:9000&module=default', 'URL'],
    ['/logs', 'id'],
    ['/logs?id=-1', 'id'],
    ['/logs?id=1e3', 'id'],
  ])('%s is 400 and names %s', async (path, named) => {
    const { status, body } = await exchange(exporter().port, get(path))
    expect(status).toBe(400)
    expect(body).toContain(named)
  })

  test('the log of a probe that nobody ran is 404', async () => {
    expect((await exchange(exporter().port, get('/logs?id=999999'))).status).toBe(404)
  })

  test('a target that is not configured is 403', async () => {
    const { status } = await exchange(exporter().port, get('/probe?target=192.0.2.1:53&module=default'))
    expect(status).toBe(403)
  })

  test.each<[string, Readonly<Record<string, string>>]>([
    ['a name of another site', { Host: 'evil.example' }],
    ['a name that begins like loopback', { Host: '127.0.0.1.evil.example' }],
    ['an address of a network', { Host: '10.0.0.1:19000' }],
    ['a foreign Origin', { Origin: 'http://evil.example' }],
    ['an Origin of another port', { Origin: 'http://127.0.0.1:1' }],
    ['the Origin null', { Origin: 'null' }],
  ])('a request with %s is 403, also a reload', async (_, headers) => {
    const { port } = exporter()
    const before = valueOf(await scrape(port), 'udptool_exporter_config_last_reload_success_timestamp_seconds')
    for (const request of [get('/metrics', headers), get('/-/reload', headers, 'POST')])
      expect((await exchange(port, request)).status).toBe(403)
    const after = valueOf(await scrape(port), 'udptool_exporter_config_last_reload_success_timestamp_seconds')
    expect(after).toBe(before)
  })

  test('a request with a body is 413', async () => {
    const request = `${get('/-/reload', { 'Content-Length': '3' }, 'POST')}abc`
    expect((await exchange(exporter().port, request)).status).toBe(413)
  })

  test('a request of more than 8 KiB is 431', async () => {
    expect((await exchange(exporter().port, get('/', { Long: 'x'.repeat(9000) }))).status).toBe(431)
    expect((await exchange(exporter().port, get(`/?${'x'.repeat(9000)}`))).status).toBe(431)
  })

  test('no query string and no Host header ends it, and each answer is one of a few', async () => {
    const { port, child } = exporter()
    const text = fc.string({ unit: 'binary-ascii', maxLength: 40 })
    const path = fc.constantFrom('/probe', '/logs', '/detail', '/config', '/metrics', '/targets', '/-/reload')
    const key = fc.constantFrom('target', 'module', 'debug', 'id', 'since', 'size', '__proto__', 'a[]')
    const value = fc.oneof(
      text.map(encodeURIComponent),
      text.map(raw => raw.replaceAll(/[\r\n ]/gu, '')),
      fc.constantFrom('default', '127.0.0.1:9', '[::1]:9', '[::]:9', '224.0.0.1:9', '%', '%00', '%ff', 'a:0', '/'),
    )
    const query = fc.array(fc.tuple(key, value), { maxLength: 4 })
    const host = fc.oneof(
      fc.constantFrom('127.0.0.1', 'localhost', '[::1]'),
      text.map(raw => raw.replaceAll(/[\r\n]/gu, '')),
    )
    await fc.assert(
      fc.asyncProperty(path, query, host, async (at, pairs, header) => {
        const search = pairs.map(([name, given]) => `${name}=${given}`).join('&')
        const { status, body } = await exchange(port, get(`${at}?${search}`, { Host: header }))
        expect([200, 400, 403, 404, 405]).toContain(status)
        expect(body).not.toMatch(/\n\s+at /u)
      }),
      { numRuns: 150 },
    )
    expect((await exchange(port, get('/-/healthy'))).body).toBe('Healthy\n')
    expect(child.stderr).not.toMatch(/\n\s+at /u)
  })
})

describe('it starts', () => {
  test('with its targets in the ready line, its ports in a file, and a log of its addresses', async () => {
    await using server = await startServe([], HOSTED)
    const file = join(temporaryFolder(), 'ports')
    const addresses = ['--web.listen-address', '127.0.0.1:0', '--web.listen-address', 'localhost:0']
    await using child = startUdptool(['exporter', server.at, 'localhost', ...addresses, '--port-file', file])
    await child.waitFor('stderr', /msg=listening/u)
    const ports = [...child.stdout.matchAll(/^listening http \S+:(\d+) targets=2 engine=\w+$/gmu)].map(
      ([, port]) => port,
    )
    expect(ports).toHaveLength(2)
    expect(readFileSync(file, 'utf8')).toBe(`${ports.join('\n')}\n`)
    expect(child.stderr).toMatch(/^time=\S+ level=info msg=starting version=\S+ node=\S+ pid=\d+$/mu)
    expect(child.stderr).toMatch(
      /^time=\S+ level=info msg=listening addresses="127\.0\.0\.1:\d+ \S+" targets=2 engine=\w+$/mu,
    )
    for (const port of ports) expect((await exchange(Number(port), get('/-/healthy'))).status).toBe(200)
  })

  test('with --json: an event, and a log of JSON lines', async () => {
    const args = ['exporter', '127.0.0.1:9', '--web.listen-address', '127.0.0.1:0', '--json', '--log.format', 'json']
    await using child = startUdptool(args)
    const [line] = await child.waitFor('stdout', /^.+(?=\n)/u)
    expect(JSON.parse(line)).toMatchObject({ event: 'listening', protocol: 'http', host: '127.0.0.1', targets: 1 })
    await child.waitFor('stderr', /listening.*\n/u)
    for (const each of child.stderr.trimEnd().split('\n'))
      expect(JSON.parse(each)).toMatchObject({ time: expect.any(String) as string, level: 'info' })
  })

  test('with lines about each target on standard error', async () => {
    await using server = await startServe([], HOSTED)
    const args = ['exporter', server.at, '--web.listen-address', '127.0.0.1:0', '--report-interval', '100ms']
    await using child = startUdptool(args)
    await child.waitFor('stderr', /^\S+ 127\.0\.0\.1:\d+: [1-9]\d* sent · /mu)
  })

  test('below a prefix', async () => {
    const config = { groups: [{ targets: ['127.0.0.1:9'] }] }
    const { port } = await startExporter(config, {}, '--web.route-prefix', '/udp', '--web.telemetry-path', '/m')
    expect((await exchange(port, get('/udp/m'))).status).toBe(200)
    expect((await exchange(port, get('/udp/-/healthy'))).status).toBe(200)
    expect((await exchange(port, get('/m'))).status).toBe(404)
    const entrance = await exchange(port, get('/'))
    expect([entrance.status, entrance.headers['location']]).toEqual([302, '/udp/'])
  })
})

describe('it does not start', () => {
  test('exit 3: the port is taken', async () => {
    const { port } = await startExporter({ groups: [{ targets: ['127.0.0.1:9'] }] })
    const { code, stderr } = await runHosted(['exporter', '127.0.0.1:9', '--web.listen-address', `127.0.0.1:${port}`])
    expect(code).toBe(3)
    expect(stderr).toContain('use --web.listen-address 127.0.0.1:0')
  })

  test.each<[readonly string[], string]>([
    [[], 'needs targets or a configuration file'],
    [['--config.file', '/nothing/udptool.yml'], 'no such file'],
    [['127.0.0.1:9', '--web.listen-address', '0.0.0.0:0'], '--public'],
    [['127.0.0.1:9', '--web.listen-adress', '127.0.0.1:0'], '--web.listen-address'],
    [['127.0.0.1:9', '--web.telemetry-path', '/probe'], '--web.telemetry-path'],
    [['127.0.0.1:9', '--web.config.file', '/nothing/web.yml'], 'no such file'],
    [['a', 'b', 'c', '--max-targets', '2'], 'write --max-targets 3'],
  ])('exit 2: %j', async (args, named) => {
    const { code, stdout, stderr } = await runHosted(['exporter', ...args])
    expect(code).toBe(2)
    expect(stdout).toBe('')
    expect(stderr).toContain(named)
  })

  test('exit 2: a mistake in the configuration file, with its place', async () => {
    const file = join(temporaryFolder(), 'udptool.yml')
    writeFileSync(file, "groups:\n  - targets: ['a:9000']\n    modul: default\n")
    for (const more of [[], ['--config.check']]) {
      const { code, stderr } = await runHosted(['exporter', '--config.file', file, ...more])
      expect(code).toBe(2)
      expect(stderr).toContain(`${file}:3:5: there is no key "modul"`)
      expect(stderr).toContain('did you mean module?')
    }
  })

  test('--config.check ends with 0 if the files are right, and probes nothing', async () => {
    const folder = temporaryFolder()
    const [file, web] = [join(folder, 'udptool.yml'), join(folder, 'web.yml')]
    writeFileSync(file, "groups: [{ targets: ['a:9000'] }]\n")
    writeFileSync(web, 'basic_auth_users: {}\n')
    const { code, stdout } = await udptool([
      'exporter',
      '--config.check',
      '--config.file',
      file,
      '--web.config.file',
      web,
    ])
    expect(code).toBe(0)
    expect(stdout).toBe(`${file}: valid, 1 module, 1 group\n${web}: valid\n`)
    writeFileSync(web, 'basic_auth_user: {}\n')
    const broken = await runHosted(['exporter', '--config.check', '--web.config.file', web])
    expect(broken.code).toBe(2)
    expect(broken.stderr).toContain('basic_auth_user')
  })
})

describe('it ends', () => {
  const config = { groups: [{ targets: ['127.0.0.1:9'] }] }

  test.each(['SIGTERM', 'SIGINT', 'SIGQUIT'] as const)('with 0 after %s', async signal => {
    const { child } = await startExporter(config)
    child.signal(signal)
    const { code, stderr } = await child.finished
    expect(code).toBe(0)
    expect(stderr).toMatch(new RegExp(`msg=ended signal=${signal}\n$`, 'u'))
  })

  test('whatever is in flight', async () => {
    const target = `127.0.0.1:${await takenPort()}`
    const { child, port } = await startExporter({
      modules: { slow: { timeout: '10m' }, once: { count: 1, timeout: '10m' } },
      groups: [{ module: 'slow', targets: [target] }],
    })
    const isProbed = async (): Promise<boolean> => /in_flight\{.*\} [1-9]/u.test(await metricsOf(port))
    while (!(await isProbed())) await pause(50)
    const probe = await open(port)
    probe.write(get(`/probe?target=${target}&module=once`))
    await untilUdpSockets(child.pid, 2)
    child.signal('SIGTERM')
    expect((await child.finished).code).toBe(0)
  })

  test('with its parent', async () => {
    const { child } = await startExporter(config, { stdin: 'socket' }, '--exit-with-parent')
    child.end()
    expect((await child.finished).code).toBe(0)
  })

  test.skipIf(!requireTool('bash'))('with 0 also if nobody reads its outputs', async () => {
    const file = join(temporaryFolder(), 'port')
    const all = ['exporter', '127.0.0.1:9', '--web.listen-address', '127.0.0.1:0', '--port-file', file]
    const more = ['--report-interval', '100ms', '--log.level', 'debug', '--exit-with-parent']
    const script = '"$0" "$@" 2>&1 | head -c 1 >/dev/null; echo "status ${PIPESTATUS[0]}"'
    const args = ['-c', script, process.execPath, `${ROOT}bin/udptool.js`, ...all, ...more]
    await using shell = start('bash', args, { stdin: 'socket' })
    const port = await written(file)
    for (let n = 0; n < 5; n++) expect((await exchange(Number(port), get('/nothing'))).status).toBe(404)
    shell.end()
    expect((await shell.finished).stdout).toBe('status 0\n')
  })
})

async function metricsOf(port: number): Promise<string> {
  return (await exchange(port, get('/metrics'))).body
}

/** The text of a file, once it has one. */
async function written(file: string): Promise<string> {
  for (;;) {
    const text = existsSync(file) ? readFileSync(file, 'utf8') : ''
    if (text.endsWith('\n')) return text
    await pause(20)
  }
}
