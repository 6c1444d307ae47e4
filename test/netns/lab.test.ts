import { describe, expect, test } from 'vitest'
import { labOf, lessonIn } from '../helpers/lab.ts'
import { Host, requireNamespaces } from '../helpers/namespace.ts'

describe.skipIf(!requireNamespaces())('udptool lab in a namespace', () => {
  test('the lessons segments, fragments and oversize pass completely', async () => {
    const host = new Host()
    const run = await host.udptool('lab', 'segments', 'fragments', 'oversize', '--json')
    expect(run.code).toBe(0)
    const document = labOf(run)
    expect(document).toMatchObject({ passed: 3, failed: 0, skipped: 0 })
    expect(document.lessons.flatMap(({ steps }) => steps).filter(({ verdict }) => verdict !== 'pass')).toEqual([])
  })

  test('a host that drops empty datagrams contradicts the lesson empty: exit 1', async () => {
    const host = new Host()
    host.filter(`table inet t {
      counter empties {}
      chain c {
        type filter hook input priority 0
        udp length 8 counter name empties drop
      }
    }`)
    const run = await host.udptool('lab', 'empty', 'boundaries', '--json')
    expect(run.code).toBe(1)
    expect(host.counted('empties')).toBe(1)
    const document = labOf(run)
    expect(document).toMatchObject({ passed: 1, failed: 1, verdict: 'fail' })
    expect(lessonIn(document, 'empty')).toMatchObject({
      verdict: 'fail',
      reason: expect.stringMatching(/^seen against the claim: UDP: 2 messages of 1, 1 bytes/),
    })
  })

  test('a host that neither refuses nor answers contradicts the lesson start-order', async () => {
    const host = new Host()
    host.filter(`table inet t {
      chain c {
        type filter hook output priority 0
        ip protocol icmp drop
        tcp flags & rst == rst drop
      }
    }`)
    const run = await host.udptool('lab', 'start-order', '--json')
    expect(run.code).toBe(1)
    const { steps } = lessonIn(labOf(run), 'start-order')
    expect(steps.map(({ verdict }) => verdict)).toEqual(['pass', 'pass', 'fail', 'fail'])
    expect(steps[3]?.observed).toBe('TCP connect to a closed port: no answer')
  })

  test('a host that drops one of five datagrams contradicts the lesson boundaries', async () => {
    const host = new Host()
    host.filter(`table inet t {
      chain c {
        type filter hook input priority 0
        udp length 28 drop
      }
    }`)
    const { code, stdout } = await host.udptool('lab', 'boundaries')
    expect(code).toBe(1)
    expect(stdout).toMatch(/^✗ fail · boundaries/)
  })

  test('without IPv6 the lesson families skips that step, and passes', async () => {
    const host = new Host()
    host.run('sysctl', '-qw', 'net.ipv6.conf.all.disable_ipv6=1')
    const run = await host.udptool('lab', 'families', '--json')
    expect(run.code).toBe(0)
    const { steps } = lessonIn(labOf(run), 'families')
    expect(steps).toContainEqual({ observed: 'AF_INET6: this host has none', verdict: 'skipped' })
  })
})
