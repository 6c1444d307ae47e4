import { stripVTControlCharacters } from 'node:util'
import { describe, expect, test } from 'vitest'
import { displayWidth } from '../../../../src/report/text/width.ts'
import { renderDoctor } from '../../../../src/report/terminal/doctor-table.ts'
import type { DoctorDocument, Finding } from '../../../../src/verdict/doctor.ts'

const FINDINGS: readonly Finding[] = [
  { id: 'engine.kernel', level: 'ok', what: 'the kernel engine works' },
  { id: 'buffer.receiveLimit', level: 'warn', what: 'too small', cost: 'bursts are lost', fix: 'sysctl -w a=1' },
  { id: 'drops.receiveBuffer', level: 'note', what: '3 datagrams dropped', cost: 'they are gone', fix: 'a buffer' },
  { id: 'drops:eth0', level: 'note', what: 'eth0 has counted 3', cost: 'they are gone', fix: 'ip -s link' },
  { id: 'icmpErrors', level: 'ok', what: `rationed ${'very '.repeat(30)}much` },
]

function report(findings: readonly Finding[] = FINDINGS): DoctorDocument {
  const count = (level: Finding['level']): number => findings.filter(one => one.level === level).length
  const counts = { ok: count('ok'), note: count('note'), warn: count('warn'), fail: count('fail') }
  return {
    schema: 'udptool/doctor/1',
    command: 'doctor',
    tool: { name: 'udptool', version: '0.0.0' },
    host: { os: 'linux', kernel: '6.0', node: '20.0.0', cpus: 2 },
    need: { rate: 1, pauseMs: 1, size: 1, recvBuffer: 1 },
    findings,
    counts,
    verdict: counts.fail === 0 ? 'pass' : 'fail',
  }
}

const plain = { width: 80, color: false }

test('each part with its findings, their cost and what to do', () => {
  expect(renderDoctor(report(FINDINGS.slice(0, 4)), plain)).toBe(`engines
  ✓ the kernel engine works

buffers
  ! too small
    bursts are lost
    → sysctl -w a=1

dropped so far
  · 3 datagrams dropped
    they are gone
    → a buffer

interfaces
  · eth0 has counted 3
    they are gone
    → ip -s link

! works, with something to fix · 1 to fix · 2 info · 1 ok
`)
})

test('quiet: only what to fix', () => {
  const text = renderDoctor(report(), { ...plain, quiet: true })
  expect(text.split('\n').filter(line => /^ {2}\S/u.test(line))).toEqual(['  ! too small'])
})

test('the verdict', () => {
  const last = (level: Finding['level']): string =>
    renderDoctor(report([{ id: 'echo:::1', level, what: 'x' }]), plain)
      .trimEnd()
      .split('\n')
      .at(-1) ?? ''
  expect(last('ok')).toBe('✓ healthy · 1 ok')
  expect(last('note')).toBe('✓ healthy · 1 info')
  expect(last('fail')).toBe('✗ broken · 1 broken')
})

describe.each([40, 80, 120])('in %d columns', width => {
  test('no line is longer, and colours do not change the text', () => {
    const text = renderDoctor(report(), { width, color: false })
    for (const line of text.split('\n')) expect(displayWidth(line)).toBeLessThanOrEqual(width)
    expect(stripVTControlCharacters(renderDoctor(report(), { width, color: true }))).toBe(text)
  })
})

test('text from a host cannot control the terminal', () => {
  const text = renderDoctor(report([{ id: 'mtu:a', level: 'ok', what: '\x1b[2Jname' }]), plain)
  expect(text).not.toContain('\x1b')
})
