import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { landingPage } from '../../../../src/report/live/landing.ts'
import type { LandingState } from '../../../../src/report/live/landing-state.ts'
import { landingState } from '../../../helpers/landing-state.ts'
import { healthyTarget, targetInOutage, unresolvedTarget } from '../../../helpers/monitor-view.ts'
import { HOSTILE, withTexts } from '../result-files.ts'

function bodyOf(changes: Partial<LandingState> = {}): string {
  return landingPage({ ...landingState, ...changes }).body
}

function withTargets(targets: LandingState['view']['targets'], changes: Partial<LandingState> = {}): string {
  return bodyOf({ view: { ...landingState.view, targets }, ...changes })
}

/** The texts of the cells of each row of a section, and of its head. */
function tableOf(body: string, section: string): string[][] {
  const [, part = ''] = new RegExp(`<section class="${section}[^]*?<table([^]*?)</table>`, 'u').exec(body) ?? []
  return Array.from(part.matchAll(/<tr [^>]*>([^]*?)<\/tr>/gu), ([, row = '']) =>
    Array.from(row.matchAll(/<t[hd][^>]*>([^]*?)<\/t[hd]>/gu), ([, cell = '']) => cell.replaceAll(/<[^>]*>/gu, '')),
  )
}

describe('the page', () => {
  const { body, policy } = landingPage(landingState)

  test('may load nothing but its own style, and send forms to its own server', () => {
    const [, style = ''] = /<style>([^]*?)<\/style>/u.exec(body) ?? []
    const hash = createHash('sha256').update(style).digest('base64')
    expect(policy.split('; ')).toEqual([
      "default-src 'none'",
      `style-src 'sha256-${hash}'`,
      'img-src data:',
      "base-uri 'none'",
      "form-action 'self'",
      "frame-ancestors 'none'",
    ])
    expect(body).not.toMatch(/<script|\bon[a-z]+=|\bstyle=|\bsrc=|url\(|@import|http-equiv/iu)
  })

  test('has relative links only, which work under a route prefix', () => {
    const links = Array.from(body.matchAll(/(?:href|action)="([^"]*)"/gu), ([, link = '']) => link)
    const base = 'http://127.0.0.1:19000/udptool/'
    const paths = links.filter(link => link !== 'data:,').map(link => new URL(link, base))
    for (const { href } of paths) expect(href).toMatch(new RegExp(`^${base}[a-z-]`, 'u'))
    expect(new Set(paths.map(({ pathname }) => pathname.replace('/udptool', '')))).toEqual(
      new Set(['/metrics', '/live', '/targets', '/config', '/-/healthy', '/-/ready', '/probe', '/logs']),
    )
    expect(bodyOf({ metrics: 'm/e' })).toContain('href="m/e"')
  })

  test('names version, times, engine and file, and a failed reload', () => {
    const head = body.slice(body.indexOf('<header>'), body.indexOf('<nav')).replaceAll(/<[^>]*>/gu, '')
    expect(head).toBe(
      'udptool exporter1.2.36 targets: 3 with loss in the last minute, 1 without probesas of 12:00:00 · since 11:50:00 (10 min 0 s) · engine kernel · /etc/udptool/exporter.yml',
    )
    expect(body).not.toContain('reload failed')
    const failed = bodyOf({ config: { file: 'exporter.yml', failure: 'line 3: <no> such key' } })
    expect(failed).toContain('The last reload failed')
    expect(failed).toContain('line 3: &lt;no&gt; such key')
  })
})

describe('targets', () => {
  test('have their figures, those without probes and with loss first', () => {
    expect(tableOf(bodyOf(), 'targets')).toEqual([
      ['target', 'module', 'size', 'last probes', 'last fate', 'loss 1 min', 'p50', 'p99', 'in flight'],
      [
        'gone.example:9000 note=&lt;b&gt;not &amp; bold&lt;/b&gt;',
        'default',
        '–',
        '',
        'nothing is sent: gone.example has no address (ENOTFOUND)',
        '–',
        '–',
        '–',
        '0',
      ],
      [
        '[2001:db8::7]:9000 site=paris',
        'default',
        '–',
        '',
        'lost, direction not known yet',
        '66%',
        '18 ms',
        '24.3 ms',
        '13',
      ],
      [
        'sizes.example:9000 site=paris',
        'sizes',
        '1472 B',
        '',
        'lost, direction not known yet',
        '66%',
        '18 ms',
        '24.3 ms',
        '13',
      ],
      [
        'core.example:9000 site=berlinrole=core',
        'ecmp',
        '–',
        '',
        'lost, direction not known yet',
        '25.0%',
        '3 ms',
        '9.30 ms',
        '40',
      ],
      ['edge.example:9000 site=berlin', 'default', '–', '', 'intact', '0%', '12 ms', '18.3 ms', '10'],
      ['sizes.example:9000 site=berlin', 'sizes', '64 B', '', 'intact', '0%', '12 ms', '18.3 ms', '10'],
    ])
  })

  test('have no column of sizes if no module has several', () => {
    expect(tableOf(withTargets([healthyTarget]), 'targets')).toEqual([
      ['target', 'module', 'last probes', 'last fate', 'loss 1 min', 'p50', 'p99', 'in flight'],
      ['edge.example:9000 site=berlin', 'default', '', 'intact', '0%', '12 ms', '18.3 ms', '10'],
    ])
  })

  test('a fate is named with its meaning; before the first one is known, the page says so', () => {
    const { lastFate: _, ...unknown } = healthyTarget
    const cells = tableOf(withTargets([{ ...unknown, minute: { settled: 0, lost: 0, missed: 0 } }]), 'targets')[1]
    expect(cells?.slice(3)).toEqual(['none settled yet', '–', '–', '–', '10'])
    const lost = tableOf(withTargets([{ ...healthyTarget, lastFate: 'lostForward' }]), 'targets')[1]
    expect(lost?.[3]).toBe('lostForward never reached the server')
  })

  test('more than a thousand: the worst thousand, and where the others are', () => {
    const many = Array.from({ length: 1003 }, (_, n) => ({ ...healthyTarget, target: `${n}.example:9000` }))
    const body = withTargets([...many, targetInOutage, unresolvedTarget])
    const rows = tableOf(body, 'targets')
    expect(rows).toHaveLength(1001)
    expect(rows.slice(1, 4).map(([name]) => name?.split(' ')[0])).toEqual([
      unresolvedTarget.target,
      targetInOutage.target,
      '0.example:9000',
    ])
    expect(body).toContain('5 more targets are in /targets.')
    expect(rows[0]).toEqual(['target', 'module', 'last fate', 'loss 1 min', 'p50', 'p99', 'in flight'])
    expect(body).not.toContain('<svg')
    expect(withTargets(many.slice(0, 100)).match(/<svg class="strip"/gu)).toHaveLength(100)
  })

  test('link to themselves in the live view', () => {
    const [, target] = landingState.view.targets.filter(({ module }) => module === 'sizes')
    const keys = Array.from(bodyOf().matchAll(/href="live#([^"]*)"/gu), ([, hash = '']) => decodeURIComponent(hash))
    expect(keys).toHaveLength(6)
    expect(keys).toContain(JSON.stringify([target?.target, 'sizes', 1472]))
    expect(keys).toContain('["edge.example:9000","default"]')
  })

  test('none: the page says what to do', () => {
    const empty = withTargets([], { searches: [] })
    expect(empty).toContain('<h1>Nothing is probed</h1>')
    expect(empty).toContain('POST /-/reload')
    expect(empty).toContain('/etc/udptool/exporter.yml')
    expect(empty).not.toContain('<section class="targets')
    const searched = withTargets([])
    expect(searched).toContain('<h1>3 periodic searches</h1>')
    expect(searched).not.toContain('POST /-/reload')
  })
})

test('searches have their last result, or why there is none', () => {
  expect(tableOf(bodyOf(), 'searches')).toEqual([
    ['target', 'module', 'last result', 'ended'],
    ['edge.example:9000 site=berlin', 'mtu', 'path MTU 1420 bytes larger packets vanish without an error', '11:59:30'],
    ['edge.example:9000', 'sizes', 'largest intact payload 8972 bytes', '11:59:20'],
    ['gone.example:9000', 'mtu', '✗ no result gone.example has no address (ENOTFOUND)', '2026-11-29 12:00:00'],
  ])
  expect(bodyOf({ searches: [] })).not.toContain('Periodic searches')
})

test('runs of /probe have their outcome and a link to their log', () => {
  expect(tableOf(bodyOf(), 'probes')).toEqual([
    ['target', 'module', 'outcome', 'took', 'began', 'log'],
    ['edge.example:9000', 'once', '✓ success', '1.00 s', '11:59:55', 'log'],
    ['gone.example:9000', 'once', '✗ failure gone.example has no address (ENOTFOUND)', '12.4 ms', '11:59:00', 'log'],
  ])
  const links = Array.from(bodyOf().matchAll(/href="logs\?id=(\d+)" aria-label="Log of run (\d+)"/gu))
  expect(links.map(([, id, name]) => [id, name])).toEqual([
    ['2', '2'],
    ['1', '1'],
  ])
  expect(bodyOf({ probes: [] })).toContain('None yet.')
})

test('the form has the modules that may be run, and says which targets', () => {
  expect(bodyOf().match(/<option value="(?:small|once|mtu)">/gu)).toHaveLength(3)
  expect(bodyOf()).toContain('Only targets that are always probed may be probed')
  const allow = ['10.0.0.0/8', '*.example:9000']
  expect(bodyOf({ probe: { modules: ['once'], allow } })).toContain(
    'Targets that may be probed: 10.0.0.0/8, *.example:9000.',
  )
  expect(bodyOf({ probe: { modules: [] } })).not.toContain('<form')
})

test('text from outside adds no markup and stays visible', () => {
  const characters = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.constantFrom(
      '<script>alert(1)</script>',
      '"><img src=x onerror=a>',
      "' autofocus '",
      '&lt;',
      HOSTILE,
      '\u202Eevil',
      '-->',
    ),
  )
  const replaced = (text: string): LandingState => {
    const { localTime, metrics, ...state } = landingState
    const kept = new Set(['version', 'lastFate', 'state', 'kind', 'run', 'engine', 'family'])
    const copy = withTexts(state, (old, name) => (kept.has(name) ? old : text))
    const labels = { [text]: text }
    const view = { ...copy.view, targets: copy.view.targets.map(target => ({ ...target, labels })) }
    return { ...copy, view, localTime, metrics }
  }
  const shape = (body: string): string =>
    (body.match(/<[^>]*>/gu) ?? [])
      .join('')
      .replaceAll(/"[^"]*"/gu, '""')
      .replaceAll('<option value=""></option>', '')
  const plain = shape(landingPage(replaced('x')).body)
  fc.assert(
    fc.property(characters, text => {
      const { body } = landingPage(replaced(text))
      expect(shape(body)).toBe(plain)
      // The form sends the names of modules as they are.
      expect(body.replaceAll(/<option value="[^"]*"/gu, '')).not.toMatch(/(?!\n)[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u)
    }),
    { numRuns: 50 },
  )
})
