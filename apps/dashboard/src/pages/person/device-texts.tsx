import { Text } from '../../layout/text.js';
import type { Installation } from './installation.js';

interface InstallationProps {
  readonly installation: Installation;
}

/** Describes a device: a phone by maker, name and model, a desktop by its address. */
export function DeviceName({ installation }: InstallationProps) {
  if (!('patient_id' in installation)) return <Text value={installation.ip_address} />;
  const { manufacturer, display_name, model } = installation;
  return (
    <>
      <Text value={manufacturer} /> <Text value={display_name} />{' '}
      {model !== display_name && (
        <span class="muted">
          <Text value={model} />
        </span>
      )}
    </>
  );
}

/** The device's system and its version. */
export function SystemName({ installation }: InstallationProps) {
  const [system, version] =
    'patient_id' in installation
      ? [installation.phone_os, installation.phone_os_version]
      : [installation.desktop_os, installation.desktop_os_version];
  return (
    <>
      <Text value={system} /> <Text value={version} />
    </>
  );
}
