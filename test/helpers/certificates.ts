import { join } from 'node:path'
import { writeFileSync } from 'node:fs'
import { start } from './child.ts'
import { temporaryFolder } from './tools.ts'

/** Files of certificates and keys, made by openssl(1). */
export interface Certificates {
  readonly folder: string
  /** The path of a file in the folder. */
  readonly path: (name: string) => string
  /** Makes `NAME.pem` and `NAME.key`, signed by an authority of this folder. `names`: the subjectAltName, as openssl writes it. */
  readonly make: (name: string, authority: string, names: string) => Promise<void>
}

/**
 * A folder with two authorities, `ca` and `other-ca`; `server` for localhost and 127.0.0.1 and `client` for prometheus.example, signed by the first;
 * and `stranger` for prometheus.example, signed by the second.
 */
export async function makeCertificates(): Promise<Certificates> {
  const folder = temporaryFolder()
  const path = (name: string): string => join(folder, name)
  const newKey = 'req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes'
  for (const name of ['ca', 'other-ca'])
    await openssl(
      `${newKey} -x509 -days 2 -subj /CN=${name} -keyout ${path(`${name}.key`)} -out ${path(`${name}.pem`)}`,
    )
  const make = async (name: string, authority: string, names: string): Promise<void> => {
    const [request, key, extensions] = ['csr', 'key', 'cnf'].map(end => path(`${name}.${end}`))
    const [issuer, issuerKey] = [path(`${authority}.pem`), path(`${authority}.key`)]
    writeFileSync(path(`${name}.cnf`), `subjectAltName=${names}\n`)
    await openssl(`${newKey} -subj /CN=${name} -keyout ${key} -out ${request}`)
    await openssl(
      `x509 -req -in ${request} -days 2 -extfile ${extensions} -CA ${issuer} -CAkey ${issuerKey} -CAcreateserial -out ${path(`${name}.pem`)}`,
    )
  }
  await make('server', 'ca', 'DNS:localhost,IP:127.0.0.1')
  await make('client', 'ca', 'DNS:prometheus.example,IP:2001:db8::1')
  await make('stranger', 'other-ca', 'DNS:prometheus.example')
  return { folder, path, make }
}

/** Runs openssl(1) with arguments without spaces, and returns what it prints. Throws if it fails. */
export async function openssl(args: string): Promise<string> {
  const { code, stdout, stderr } = await start('openssl', args.split(' ')).finished
  if (code !== 0) throw new Error(`openssl ${args}: ${stderr}`)
  return stdout
}
