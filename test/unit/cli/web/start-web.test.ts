import { once } from 'node:events'
import { describe, expect, onTestFinished, test } from 'vitest'
import { startWeb } from '../../../../src/cli/web/start-web.ts'
import type { LiveFrame } from '../../../../src/report/live/live-row.ts'
import { targetRow } from '../../../../src/report/live/target-row.ts'
import type { MonitorView } from '../../../../src/verdict/monitor/view.ts'
import { readEvents, type SentEvent } from '../../../helpers/events.ts'
import { type FakeWatch, serveView } from '../../../helpers/live-page.ts'
import {
  healthyTarget,
  healthyView,
  hourOfHistory,
  mixedView,
  targetInOutage,
  targetWithFlows,
} from '../../../helpers/monitor-view.ts'
import { exchange, get, open } from '../../../helpers/raw-http.ts'

async function served(view: MonitorView = mixedView): Promise<FakeWatch> {
  const watch = await serveView(view)
  onTestFinished(async () => await watch[Symbol.asyncDispose]())
  return watch
}

const NO_METRICS = { engine: 'kernel', countsDrops: true, measure: () => [] } as const

function query(path: string, values: Readonly<Record<string, string>>): string {
  return get(`${path}?${new URLSearchParams(values).toString()}`)
}

describe('routes', () => {
  test('/targets', async () => {
    const { port } = await served()
    const { status, headers, body } = await exchange(port, get('/targets'))
    expect(status).toBe(200)
    expect(headers['content-type']).toBe('application/json; charset=utf-8')
    expect(JSON.parse(body)).toEqual({ targets: mixedView.targets.map(targetRow) })
  })

  test('text from outside controls no terminal', async () => {
    const target = { ...healthyTarget, labels: { note: '\u001B[31m\u202E\u2028' } }
    const { port } = await served({ ...healthyView, targets: [target] })
    const { body } = await exchange(port, get('/targets'))
    expect(body).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}](?<!\n)/u)
    expect(JSON.parse(body)).toEqual({ targets: [targetRow(target)] })
  })

  test('the page', async () => {
    const { port } = await served()
    const { status, headers, body } = await exchange(port, get('/'))
    expect(status).toBe(200)
    expect(headers['content-type']).toBe('text/html; charset=utf-8')
    expect(headers['content-security-policy']).toMatch(/^default-src 'none'; style-src 'sha256-/u)
    expect(body).toMatch(/^<!doctype html>/u)
    expect(body).not.toContain('edge.example')
  })

  test('/detail with the history from a time on', async () => {
    const { port } = await served()
    const { target, module } = targetWithFlows
    const since = String(hourOfHistory[350]?.at)
    const { status, body } = await exchange(port, query('/detail', { target, module, since }))
    expect(status).toBe(200)
    expect(JSON.parse(body)).toMatchObject({
      now: mixedView.now,
      row: { target },
      ledger: targetWithFlows.ledger,
      events: targetWithFlows.events,
      history: hourOfHistory.slice(350),
    })
    const whole = await exchange(port, query('/detail', { target, module }))
    expect((JSON.parse(whole.body) as { history: unknown }).history).toEqual(hourOfHistory)
  })

  test.each([
    [{ target: 'edge.example:9000' }, 400],
    [{ module: 'default' }, 400],
    [{ target: 'edge.example:9000', module: 'default', since: 'then' }, 400],
  ])('/detail with %j', async (values, status) => {
    const { port } = await served()
    expect((await exchange(port, query('/detail', values as Record<string, string>))).status).toBe(status)
  })

  test.each([
    { target: 'edge.example:9000', module: 'other' },
    { target: '__proto__', module: 'default' },
  ])('/detail of a target that is not there: %j', async values => {
    const { port } = await served()
    expect(await exchange(port, query('/detail', values))).toMatchObject({ status: 200, body: 'null\n' })
  })

  test('/-/healthy and /-/ready', async () => {
    let isReady = false
    const source = { ...NO_METRICS, view: () => healthyView, history: () => [], isReady: () => isReady }
    const web = await startWeb({ host: '127.0.0.1', port: 0 }, source)
    onTestFinished(async () => await web.close())
    const { port } = web.address
    expect(await exchange(port, get('/-/healthy'))).toMatchObject({ status: 200, body: 'Healthy\n' })
    expect(await exchange(port, get('/-/ready'))).toMatchObject({ status: 503 })
    isReady = true
    expect(await exchange(port, get('/-/ready'))).toMatchObject({ status: 200 })
  })

  test('every path but these is unknown, and a foreign Host gets none', async () => {
    const { port } = await served()
    for (const path of ['/index.html', '/live', '/-/', '/favicon.ico'])
      expect((await exchange(port, get(path))).status).toBe(404)
    for (const path of ['/', '/metrics', '/targets', '/events', '/detail', '/-/healthy'])
      expect((await exchange(port, get(path, { Host: 'rebound.example' }))).status).toBe(403)
  })
})

describe('/events', () => {
  /** Reads events until one of them fits. */
  async function reader(port: number): Promise<(fits: (event: SentEvent) => boolean) => Promise<SentEvent[]>> {
    const socket = await open(port)
    onTestFinished(() => void socket.destroy())
    let text = ''
    let seen = 0
    socket.setEncoding('utf8').on('data', (data: string) => (text += data))
    // HTTP/1.0 has no chunks.
    socket.write('GET /events HTTP/1.0\r\nHost: localhost\r\n\r\n')
    return async fits => {
      for (;;) {
        const events = readEvents(text.split('\r\n\r\n').slice(1).join('\r\n\r\n')).slice(seen)
        const place = events.findIndex(fits)
        if (place >= 0) {
          seen += place + 1
          return events.slice(0, place + 1)
        }
        await once(socket, 'data')
      }
    }
  }

  const isLive = ({ name }: SentEvent): boolean => name === 'live'

  test('first all rows, then those that changed, in the form of /targets', async () => {
    const watch = await served()
    const until = await reader(watch.port)
    const first = await until(isLive)
    expect(first.slice(0, -1)).toEqual(mixedView.targets.map(view => ({ name: 'message', data: targetRow(view) })))
    const frame = first.at(-1)?.data as LiveFrame
    expect(frame).toMatchObject({ isWhole: true, isPaused: false, now: mixedView.now, engine: 'kernel' })
    expect(frame.rows.map(({ target }) => target)).toEqual(mixedView.targets.map(({ target }) => target))
    // The first update brings a new viewer up to date.
    await until(isLive)
    const ledger = { ...targetInOutage.ledger, inFlight: 14, scheduled: 601 }
    const changed = { ...targetInOutage, ledger }
    watch.view = {
      ...mixedView,
      now: mixedView.now + 1000,
      targets: mixedView.targets.map(view => (view === targetInOutage ? changed : view)),
    }
    const next = await until(({ name, data }) => name === 'live' && (data as LiveFrame).now > mixedView.now)
    expect(next.filter(({ name }) => name === 'message')).toEqual([{ name: 'message', data: targetRow(changed) }])
    // The page has the ledger of the selected target from /detail.
    expect(next.at(-1)?.data).toMatchObject({ isWhole: false, rows: [{ target: changed.target }] })
  })

  test('a removed target makes the next list a whole one', async () => {
    const watch = await served()
    const until = await reader(watch.port)
    await until(isLive)
    await until(isLive)
    watch.view = { ...mixedView, now: mixedView.now + 1000, targets: [healthyTarget] }
    const next = await until(({ name, data }) => name === 'live' && (data as LiveFrame).now > mixedView.now)
    expect(next.at(-1)?.data).toMatchObject({ isWhole: true, rows: [{ target: healthyTarget.target }] })
    const removed = mixedView.targets.filter(view => view !== healthyTarget)
    expect(next.filter(({ name }) => name === 'removed').map(({ data }) => data)).toEqual(
      removed.map(({ target, module }) => ({ target, module })),
    )
  })

  test('a new target makes the next list a whole one, in the new order', async () => {
    const watch = await served(healthyView)
    const until = await reader(watch.port)
    await until(isLive)
    await until(isLive)
    watch.view = { ...healthyView, now: mixedView.now + 1000, targets: [targetInOutage, healthyTarget] }
    const next = await until(({ name, data }) => name === 'live' && (data as LiveFrame).now > mixedView.now)
    expect(next.filter(({ name }) => name === 'message')).toEqual([
      { name: 'message', data: targetRow(targetInOutage) },
    ])
    expect(next.at(-1)?.data).toMatchObject({
      isWhole: true,
      rows: [{ target: targetInOutage.target }, { target: healthyTarget.target }],
    })
  })

  test('sizes of a module are rows of their own', async () => {
    const sized = [64, 1472].map(size => ({ ...healthyTarget, size, sizes: [size] }))
    const watch = await served({ ...healthyView, targets: sized })
    const until = await reader(watch.port)
    expect((await until(isLive)).slice(0, -1)).toMatchObject([{ data: { size: 64 } }, { data: { size: 1472 } }])
    await until(isLive)
    watch.view = { ...healthyView, now: mixedView.now + 1000, targets: sized.slice(1) }
    const next = await until(({ name, data }) => name === 'live' && (data as LiveFrame).now > mixedView.now)
    const { target, module } = healthyTarget
    expect(next.filter(({ name }) => name === 'removed')).toEqual([
      { name: 'removed', data: { target, module, size: 64 } },
    ])
    const of = async (values: Readonly<Record<string, string>>): Promise<unknown> =>
      JSON.parse((await exchange(watch.port, query('/detail', { target, module, ...values }))).body)
    expect(await of({ size: '1472' })).toMatchObject({ row: { size: 1472 } })
    expect([await of({ size: '64' }), await of({})]).toEqual([null, null])
  })

  test('without viewers the monitor is not asked', async () => {
    let asked = 0
    const view = (): MonitorView => {
      asked += 1
      return healthyView
    }
    const web = await startWeb(
      { host: '127.0.0.1', port: 0 },
      { ...NO_METRICS, view, history: () => [], isReady: () => true },
    )
    onTestFinished(async () => await web.close())
    await exchange(web.address.port, get('/-/healthy'))
    expect(asked).toBe(0)
    await exchange(web.address.port, get('/targets'))
    expect(asked).toBe(1)
  })
})

test('a second page on the port is refused with a hint', async () => {
  const { port } = await served()
  await expect(serveView(healthyView, port)).rejects.toMatchObject({
    code: 'addressInUse',
    address: `127.0.0.1:${port}`,
    hint: expect.stringContaining('--web 127.0.0.1:0') as string,
  })
})
