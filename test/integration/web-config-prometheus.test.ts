import { writeFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { makeCertificates } from '../helpers/certificates.ts'
import { Prometheus } from '../helpers/prometheus.ts'
import { requireTool } from '../helpers/tools.ts'
import { startUdptool } from '../helpers/udptool.ts'

describe.runIf(requireTool('prometheus') && requireTool('openssl'))(
  'Prometheus and an exporter with TLS and passwords',
  () => {
    test('scrapes with the right certificate and password, and with nothing else', async () => {
      const { path } = await makeCertificates()
      const file = path('web.yml')
      writeFileSync(
        file,
        [
          'tls_server_config:',
          '  cert_file: server.pem',
          '  key_file: server.key',
          '  client_ca_file: ca.pem',
          '  client_auth_type: RequireAndVerifyClientCert',
          '  client_allowed_sans: [prometheus.example]',
          'basic_auth_users:',
          // By crypt(3), of "secret".
          '  prometheus: $2y$05$CCCCCCCCCCCCCCCCCCCCC.pIKrLVkBX9/OvQMSygY1pWEVn72t6na',
          '',
        ].join('\n'),
      )
      const child = startUdptool([
        'exporter',
        '127.0.0.1:9',
        '--web.listen-address',
        '127.0.0.1:0',
        '--web.config.file',
        file,
      ])
      const [, port = ''] = await child.waitFor('stdout', /^listening http 127\.0\.0\.1:(\d+) /m)
      const job = (name: string, password: string, client: string): object => ({
        job_name: name,
        scheme: 'https',
        tls_config: { ca_file: path('ca.pem'), cert_file: path(`${client}.pem`), key_file: path(`${client}.key`) },
        basic_auth: { username: 'prometheus', password },
        static_configs: [{ targets: [`127.0.0.1:${port}`] }],
      })
      const prometheus = await Prometheus.start([
        job('right', 'secret', 'client'),
        job('wrong-password', 'guess', 'client'),
        job('stranger', 'secret', 'stranger'),
        job('server', 'secret', 'server'),
      ])
      await prometheus.until('up == 1', values => values.length > 0)
      await prometheus.until('up', values => values.length === 4)
      const up = await prometheus.query('max_over_time(up[1h])')
      expect(Object.fromEntries(up.map(({ metric, value }) => [metric['job'], value]))).toEqual({
        right: 1,
        'wrong-password': 0,
        stranger: 0,
        server: 0,
      })
      await prometheus.until('count(udptool_probe_fates_total{job="right"})', ([fates]) => fates?.value === 12)
      let errors: readonly string[] = []
      while (!errors.some(error => error.includes('401 Unauthorized')))
        errors = (await prometheus.targets()).map(({ lastError }) => lastError)
    })
  },
)
