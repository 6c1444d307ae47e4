import { writeFileSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { scrape, startExporter, valueOf } from '../helpers/exporter.ts'
import { startRelay } from '../helpers/relay.ts'
import { HOSTED, startServe } from '../helpers/udptool.ts'

const INTACT = 'udptool_max_intact_size_bytes'
const ENDED = 'udptool_max_intact_size_sweep_timestamp_seconds'

test('the largest intact size is the one above which a relay drops datagrams', async () => {
  await using server = await startServe([], HOSTED)
  await using relay = await startRelay(server.at, '--up', 'drop=above:1234')
  const { port } = await startExporter(
    {
      modules: { sizes: { run: 'sweep', sizes: [200, 1233, 1234, 1235, 4000], interval: '1h' } },
      groups: [{ module: 'sizes', targets: [relay.at] }],
    },
    HOSTED,
  )
  let samples = await scrape(port)
  while (valueOf(samples, ENDED) === undefined) {
    await pause(100)
    samples = await scrape(port)
  }
  const labels = { target: relay.at, module: 'sizes' }
  expect(valueOf(samples, INTACT, labels)).toBe(1234)
  // A target that is only searched has no probes without end.
  expect(valueOf(samples, 'udptool_probe_in_flight')).toBeUndefined()
  const { up } = await relay.stop()
  // Five of each size that is too large, and nothing else.
  expect(up.dropped).toBe(10)
})

test('after a reload, an untouched target keeps its last search, and a removed one has no series', async () => {
  await using server = await startServe([], HOSTED)
  const modules = { sizes: { run: 'sweep', sizes: [200, 300], interval: '1h' } }
  const kept = { module: 'sizes', targets: [server.at] }
  const removed = { module: 'sizes', targets: [`localhost:${server.port}`] }
  const { child, port, file } = await startExporter({ modules, groups: [kept, removed] })
  const of = (target: string) => ({ target })
  let before = await scrape(port)
  while (before.filter(({ name }) => name === ENDED).length < 2) {
    await pause(100)
    before = await scrape(port)
  }
  writeFileSync(file, JSON.stringify({ modules, groups: [{ ...kept, labels: { site: 'fra' } }] }))
  child.signal('SIGHUP')
  await child.waitFor('stderr', /configuration reloaded/)
  const after = await scrape(port)
  expect(valueOf(after, ENDED, { ...of(server.at), site: 'fra' })).toBe(valueOf(before, ENDED, of(server.at)))
  expect(valueOf(after, INTACT, of(server.at))).toBe(300)
  expect(after.filter(({ labels }) => labels['target'] === `localhost:${server.port}`)).toEqual([])
})
