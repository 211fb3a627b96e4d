import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { checkJars, type Checksums } from './check-jars';
import { runTool, type ToolEnvironment } from '../../../src/dev/tool-environment';

const checkLimitMs = 20_000;
const fetchLimitMs = 5 * 60_000;

/**
 * Downloads the time-skipping test server (Java) with Maven into a folder, with a launcher of the given name. Throws if
 * Java or Maven is missing, the download fails, or a library does not match its known checksum.
 */
export async function fetchTestServer(
  tools: ToolEnvironment,
  version: string,
  folder: string,
  fileName: string,
  checksums: Checksums,
): Promise<void> {
  await runTool(tools, { program: 'java', parameters: ['-version'], limitMs: checkLimitMs });
  await runTool(tools, { program: 'mvn', parameters: ['--version'], limitMs: checkLimitMs });
  tools.announce(
    `Fetching Temporal's time-skipping test server ${version} with Maven, once: 60 MB, usually under a minute …`,
  );
  await writeFile(join(folder, 'pom.xml'), projectFile(version));
  await runTool(tools, {
    program: 'mvn',
    parameters: [
      'dependency:copy-dependencies',
      '--batch-mode',
      '--quiet',
      '-DincludeScope=runtime',
      '-DoutputDirectory=lib',
      '-Daether.connector.connectTimeout=10000',
    ],
    directory: folder,
    limitMs: fetchLimitMs,
    label: 'fetching the test server',
  });
  await checkJars(join(folder, 'lib'), checksums);
  await writeFile(join(folder, fileName), launcher);
  await chmod(join(folder, fileName), 0o755);
}

/** `exec`, so that the launcher's process id is the server's; the serial collector starts fastest. */
const launcher = `#!/bin/sh
exec java -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -cp "\${0%/*}/lib/*" io.temporal.testserver.TestServer "$@"
`;

/** Maven's project file: the server, and a silent logger, because the server warns without one. */
function projectFile(version: string): string {
  return `<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>local</groupId>
  <artifactId>temporal-test-server-launcher</artifactId>
  <version>1</version>
  <packaging>pom</packaging>
  <dependencies>
    <dependency>
      <groupId>io.temporal</groupId>
      <artifactId>temporal-test-server</artifactId>
      <version>${version}</version>
    </dependency>
    <dependency>
      <groupId>org.slf4j</groupId>
      <artifactId>slf4j-nop</artifactId>
      <version>1.7.36</version>
    </dependency>
  </dependencies>
  <build>
    <pluginManagement>
      <plugins>
        <plugin>
          <groupId>org.apache.maven.plugins</groupId>
          <artifactId>maven-dependency-plugin</artifactId>
          <version>3.8.1</version>
        </plugin>
      </plugins>
    </pluginManagement>
  </build>
</project>
`;
}
