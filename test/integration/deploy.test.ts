import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { parse, parseAllDocuments } from 'yaml'
import { ROOT } from '../helpers/child.ts'
import { EXPORTER_FLAGS, EXPORTER_PATHS } from '../helpers/exporter-contract.ts'
import { promtool, writtenYaml } from '../helpers/promtool.ts'
import { renamedKeys } from '../helpers/renamed-keys.ts'
import { schemaOf } from '../helpers/json-schema.ts'
import { shared } from '../helpers/lifetime.ts'
import { requireTool } from '../helpers/tools.ts'
import { runHosted } from '../helpers/udptool.ts'

type Labels = Readonly<Record<string, string>>
interface Selector {
  readonly matchLabels: Labels
}
interface Container {
  readonly name: string
  readonly args: readonly string[]
  readonly ports: readonly { readonly name: string; readonly protocol: string; readonly containerPort: number }[]
  readonly env?: readonly { readonly name: string; readonly valueFrom: { readonly fieldRef: Labels } }[]
  readonly readinessProbe?: { readonly httpGet: { readonly path: string; readonly port: string } }
  readonly livenessProbe?: { readonly httpGet: { readonly path: string; readonly port: string } }
  readonly volumeMounts?: readonly { readonly name: string; readonly mountPath: string }[]
}
interface ServicePort {
  readonly protocol: string
  readonly port: number
  readonly targetPort: string
}
interface KubernetesObject {
  readonly kind: string
  readonly metadata: { readonly name: string; readonly namespace: string }
  readonly data: Labels
  readonly spec: {
    readonly selector: Labels
    readonly clusterIP?: string
    readonly ports: readonly ServicePort[]
    readonly podSelector: Selector
    readonly ingress: readonly { readonly ports: readonly { readonly port: string; readonly protocol: string }[] }[]
    readonly podMetricsEndpoints: readonly { readonly port: string; readonly path: string }[]
    readonly prober: { readonly url: string; readonly path: string }
    readonly module: string
    readonly targets: { readonly staticConfig: { readonly static: readonly string[] } }
    readonly template: {
      readonly metadata: { readonly labels: Labels }
      readonly spec: {
        readonly containers: readonly Container[]
        readonly volumes: readonly { readonly name: string }[]
      }
    }
  }
}
interface ExporterConfig {
  readonly modules: Readonly<Record<string, { readonly run?: string }>>
  readonly groups: readonly {
    readonly module: string | readonly string[]
    readonly dns?: { readonly name: string; readonly port: number }
  }[]
  readonly probe: { readonly modules: readonly string[]; readonly allow: readonly string[] }
}
function read(name: string): string {
  return readFileSync(join(ROOT, 'deploy', name), 'utf8')
}

const MANIFESTS = readdirSync(`${ROOT}deploy/kubernetes`)
const objects = MANIFESTS.flatMap(name =>
  parseAllDocuments(read(`kubernetes/${name}`)).map(document => document.toJS() as KubernetesObject),
)

function objectOf(kind: string, name = 'udptool'): KubernetesObject {
  const found = objects.find(object => object.kind === kind && object.metadata.name === name)
  if (found === undefined) throw new Error(`no ${kind} ${name}`)
  return found
}

describe('the manifests', () => {
  const errorsOf = schemaOf('kubernetes')

  test.each(objects.map(object => [object.kind, object.metadata.name, object] as const))(
    '%s %s is valid, and with a misspelled field it is not',
    (_kind, _name, object) => {
      expect(errorsOf(object)).toEqual([])
      // Names chosen by the author: labels, and the keys of a ConfigMap.
      const chosen = /\/(?:labels|matchLabels|data|spec\/selector)\/[^/]+(?:\/[^/]+)?$/u
      const changes = [...renamedKeys(object)].filter(([path]) => !chosen.test(path) || path.endsWith('/matchLabels'))
      expect(changes.length).toBeGreaterThan(4)
      expect(changes.filter(([, changed]) => errorsOf(changed).length === 0).map(([path]) => path)).toEqual([])
    },
  )

  test('are all in one namespace', () => {
    const spaces = objects.filter(({ kind }) => kind !== 'Namespace').map(({ metadata }) => metadata.namespace)
    expect(new Set(spaces)).toEqual(new Set([objectOf('Namespace').metadata.name]))
  })
})

describe('the mesh', () => {
  const pod = objectOf('DaemonSet').spec.template
  const { containers, volumes } = pod.spec
  const ports = containers.flatMap(container => container.ports)
  const portOf = (name: string): { readonly protocol: string; readonly port: number } => {
    const found = ports.find(port => port.name === name)
    if (found === undefined) throw new Error(`no container has a port ${name}`)
    return { protocol: found.protocol, port: found.containerPort }
  }
  const exporter = containers.find(({ name }) => name === 'exporter')
  const server = containers.find(({ name }) => name === 'serve')
  const config = parse(objectOf('ConfigMap', 'udptool-exporter').data['exporter.yaml'] ?? '') as ExporterConfig

  test('has one container that serves and one that exports', () => {
    expect(containers.map(({ name, args }) => [name, args[0]])).toEqual([
      ['serve', 'serve'],
      ['exporter', 'exporter'],
    ])
    expect(server?.args).toContain(String(portOf('probe').port))
    expect(exporter?.args).toContain(`0.0.0.0:${portOf('metrics').port}`)
    expect(portOf('metrics').port).toBe(19_000)
    expect(exporter?.args).toContain('--public')
  })

  test('chooses neighbours by the name of the node, which outlives its pods', () => {
    expect(exporter?.env).toEqual([{ name: 'NODE_NAME', valueFrom: { fieldRef: { fieldPath: 'spec.nodeName' } } }])
  })

  test('reaches the pods by Services, rules and monitors of the same names and labels', () => {
    for (const name of ['udptool', 'udptool-exporter']) {
      const { selector, ports: served } = objectOf('Service', name).spec
      expect(pod.metadata.labels).toMatchObject(selector)
      for (const { protocol, port, targetPort } of served) expect({ protocol, port }).toEqual(portOf(targetPort))
    }
    for (const kind of ['DaemonSet', 'PodMonitor']) {
      const { matchLabels } = objectOf(kind).spec.selector as unknown as Selector
      expect(pod.metadata.labels).toMatchObject(matchLabels)
    }
    const policy = objectOf('NetworkPolicy').spec
    expect(pod.metadata.labels).toMatchObject(policy.podSelector.matchLabels)
    for (const { port, protocol } of policy.ingress.flatMap(rule => rule.ports)) {
      expect(portOf(port).protocol).toBe(protocol)
    }
    expect(objectOf('PodMonitor').spec.podMetricsEndpoints).toMatchObject([{ port: 'metrics', path: '/metrics' }])
  })

  test('finds its nodes by the headless Service', () => {
    const { clusterIP, ports: served } = objectOf('Service').spec
    const { name, namespace } = objectOf('Service').metadata
    expect(clusterIP).toBe('None')
    const [dns] = config.groups.flatMap(group => group.dns ?? [])
    expect(dns).toMatchObject({ name: `${name}.${namespace}.svc.cluster.local`, port: served[0]?.port })
  })

  test('is probed by name of Service, module and allowed target', () => {
    const { prober, module, targets } = objectOf('Probe').spec
    const { name, namespace } = objectOf('Service', 'udptool-exporter').metadata
    expect(prober).toMatchObject({ url: `${name}.${namespace}.svc:19000`, path: '/probe' })
    expect(config.probe.modules).toContain(module)
    expect(config.probe.allow).toEqual(['10.0.0.0/8'])
    for (const target of targets.staticConfig.static) expect(target).toMatch(/^10\.\d+\.\d+\.\d+:\d+$/u)
  })

  test('checks health by paths of the exporter, and mounts its configuration', () => {
    for (const probe of [exporter?.readinessProbe, exporter?.livenessProbe]) {
      expect(EXPORTER_PATHS).toContain(probe?.httpGet.path)
      expect(probe?.httpGet.port).toBe('metrics')
    }
    const [mount] = exporter?.volumeMounts ?? []
    expect(volumes.map(({ name }) => name)).toContain(mount?.name)
    expect(exporter?.args).toContain(`${mount?.mountPath}/exporter.yaml`)
  })
})

describe('the configurations of the exporter', () => {
  test.each([
    ['deploy/exporter.yaml', read('exporter.yaml')],
    ['the ConfigMap', objectOf('ConfigMap', 'udptool-exporter').data['exporter.yaml'] ?? ''],
  ])('%s uses the modules that it defines', (_name, text) => {
    const { modules, groups, probe } = parse(text) as ExporterConfig
    const used = [...groups.flatMap(({ module }) => module), ...probe.modules]
    expect([...new Set(used)].sort()).toEqual(Object.keys(modules).sort())
  })
})

test('commands have only flags of udptool', async () => {
  const commands = [
    ...objectOf('DaemonSet').spec.template.spec.containers.map(({ args }) => args),
    ...['udptool-exporter', 'udptool-serve'].map(name => serviceUnitCommand(name).slice(1)),
  ]
  const help = (await runHosted(['serve', '--help'])).stdout
  for (const [command = '', ...args] of commands) {
    const flags = args.filter(word => word.startsWith('-'))
    expect(flags.length).toBeGreaterThan(0)
    const known = command === 'exporter' ? EXPORTER_FLAGS : (help.match(/--[a-z-]+/gu) ?? [])
    expect(flags.filter(flag => !known.some(one => one === flag))).toEqual([])
  }
  const named = ['exporter.yaml', 'README.md', 'systemd/udptool-exporter.service'].flatMap(
    name => read(name).match(/--(?:config|web|log)(?:\.[a-z-]+)+/gu) ?? [],
  )
  expect(named.filter(flag => !EXPORTER_FLAGS.some(one => one === flag))).toEqual([])
})

function serviceUnitCommand(name: string): readonly string[] {
  const [, words = ''] = /^ExecStart=(.*)$/mu.exec(read(`systemd/${name}.service`)) ?? []
  return words.split(' ')
}

const PROBED = { __address__: '127.0.0.1:19000', __metrics_path__: '/probe', __param_module: 'once' }

describe.runIf(requireTool('promtool'))('the examples for Prometheus', () => {
  interface Job {
    readonly job_name: string
    readonly kubernetes_sd_configs: readonly { readonly role: string }[]
  }
  const { scrape_configs: jobs } = parse(read('prometheus/kubernetes.yaml')) as {
    readonly scrape_configs: readonly Job[]
  }
  const example = (name: string): string => `${ROOT}deploy/prometheus/${name}.yaml`

  /** The example for Kubernetes with static targets in place of those that Kubernetes would return, with the same labels. */
  const withTargets = (targets: readonly Labels[]): string =>
    writtenYaml({
      scrape_configs: jobs.map(({ kubernetes_sd_configs: _discovery, ...rest }) => ({
        ...rest,
        static_configs: targets.map(({ __address__, ...labels }) => ({ targets: [__address__], labels })),
      })),
    })
  const pod = {
    __meta_kubernetes_pod_label_app_kubernetes_io_name: 'udptool',
    __meta_kubernetes_pod_node_name: 'node-7',
  }
  const service = {
    __meta_kubernetes_namespace: 'game',
    __meta_kubernetes_service_label_udptool_probe: 'true',
    __meta_kubernetes_service_port_protocol: 'UDP',
  }

  /** The labels of the targets of a job after relabeling; those that it drops are left out. */
  const discovered = async (config: string, job: string): Promise<readonly Labels[]> => {
    // It collects targets for all of this time.
    const { code, stdout, stderr } = await promtool(['check', 'service-discovery', '--timeout=15s', config, job])
    expect(code, stderr).toBe(0)
    const found = JSON.parse(stdout) as readonly { readonly labels: Labels | null }[]
    return found.flatMap(({ labels }) => (labels === null || Object.keys(labels).length === 0 ? [] : [labels]))
  }

  const targets = shared(async () => {
    const [byName, byFile, exporters, pods, services] = await Promise.all([
      discovered(example('static'), 'udptool-probe'),
      discovered(example('file-sd'), 'udptool-probe'),
      discovered(example('file-sd'), 'udptool'),
      discovered(
        withTargets([
          { ...pod, __address__: '10.1.2.3:9000', __meta_kubernetes_pod_container_port_name: 'probe' },
          { ...pod, __address__: '10.1.2.3:19000', __meta_kubernetes_pod_container_port_name: 'metrics' },
        ]),
        'udptool',
      ),
      discovered(
        withTargets([
          { ...service, __address__: 'a.game.svc:7000' },
          { ...service, __address__: 'a.game.svc:80', __meta_kubernetes_service_port_protocol: 'TCP' },
          { ...service, __address__: 'b.game.svc:7000', __meta_kubernetes_service_label_udptool_probe: 'no' },
        ]),
        'udptool-probe',
      ),
    ])
    return { byName, byFile, exporters, pods, services }
  })

  // Debian builds promtool without the service discovery of Kubernetes.
  test.each(['static', 'file-sd'])('%s.yaml is right, with the rules', async name => {
    const { code, stdout, stderr } = await promtool(['check', 'config', example(name)])
    expect([code, stderr]).toEqual([0, ''])
    expect(stdout).toContain('SUCCESS: 1 rule files found')
  })

  test('kubernetes.yaml is right but for its discovery, which names pods and services', async () => {
    const { code, stderr } = await promtool([
      'check',
      'config',
      withTargets([{ ...pod, __address__: '10.1.2.3:19000' }]),
    ])
    expect([code, stderr]).toEqual([0, ''])
    expect(jobs.map(one => [one.job_name, one.kubernetes_sd_configs.map(({ role }) => role)])).toEqual([
      ['udptool', ['pod']],
      ['udptool-probe', ['service']],
    ])
  })

  test.each(['byName', 'byFile'] as const)('ask the exporter about each target: %s', kind => {
    const found = targets()[kind]
    expect(found).toHaveLength(2)
    for (const address of ['10.0.0.7:9000', 'edge.example.net:9000']) {
      const labels = { ...PROBED, __param_target: address, instance: address, site: 'fra' }
      expect(found.find(({ instance }) => instance === address)).toMatchObject(labels)
    }
  })

  test('scrape the exporters of files', () => {
    expect(targets().exporters.map(({ instance }) => instance)).toEqual(
      expect.arrayContaining(['10.0.0.1:19000', '10.0.0.2:19000']),
    )
  })

  test('scrape the exporter of each pod, by the name of its node', () => {
    expect(targets().pods).toMatchObject([
      { __address__: '10.1.2.3:19000', __metrics_path__: '/metrics', instance: 'node-7' },
    ])
  })

  test('ask the exporter about each UDP port of the services that want it', () => {
    const address = 'a.game.svc:7000'
    expect(targets().services).toMatchObject([
      {
        ...PROBED,
        __address__: 'udptool-exporter.udptool.svc:19000',
        __param_target: address,
        instance: address,
        namespace: 'game',
      },
    ])
  })
})

describe('deploy/README.md', () => {
  test('names every file', () => {
    const names = readdirSync(`${ROOT}deploy`).filter(name => name !== 'README.md')
    expect(names.filter(name => !read('README.md').includes(`](${name})`))).toEqual([])
  })
})
