import type { LandingState } from '../../src/report/live/landing-state.ts'
import { healthyTarget, mixedView, targetInOutage, VIEW_NOW } from './monitor-view.ts'

// A made-up state of an exporter, for tests of its landing page.

export const landingState: LandingState = {
  version: '1.2.3',
  view: {
    ...mixedView,
    targets: [
      ...mixedView.targets,
      ...[64, 1472].map(size => ({
        ...(size === 64 ? healthyTarget : { ...targetInOutage, idle: undefined }),
        target: 'sizes.example:9000',
        module: 'sizes',
        size,
        sizes: [size],
      })),
    ].map(({ idle, ...target }) => (idle === undefined ? target : { ...target, idle })),
  },
  metrics: 'metrics',
  config: { file: '/etc/udptool/exporter.yml' },
  probe: { modules: ['small', 'once', 'mtu'] },
  searches: [
    {
      target: 'edge.example:9000',
      module: 'mtu',
      labels: { site: 'berlin' },
      run: 'mtu',
      endedAt: VIEW_NOW - 30_000,
      pathMtu: 1420,
      blackHole: true,
    },
    {
      target: 'edge.example:9000',
      module: 'sizes',
      labels: {},
      run: 'sweep',
      endedAt: VIEW_NOW - 40_000,
      maxIntactSize: 8972,
    },
    {
      target: 'gone.example:9000',
      module: 'mtu',
      labels: {},
      run: 'mtu',
      endedAt: VIEW_NOW - 86_400_000,
      failure: 'gone.example has no address (ENOTFOUND)',
    },
  ],
  probes: [
    { id: 2, at: VIEW_NOW - 5000, target: 'edge.example:9000', module: 'once', isSuccess: true, durationMs: 1003.2 },
    {
      id: 1,
      at: VIEW_NOW - 60_000,
      target: 'gone.example:9000',
      module: 'once',
      isSuccess: false,
      durationMs: 12.4,
      failure: 'gone.example has no address (ENOTFOUND)',
    },
  ],
  localTime: ms => new Date(ms).toISOString(),
}
