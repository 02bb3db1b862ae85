//! The effects of package managers.

use super::{check, describe};

#[test]
fn reads_calls_of_system_managers() {
    const APT_INDEX: &str = "reads /etc/apt, writes /var/lib/apt/lists /var/cache/apt, network, apt.Update()";
    check(&[
        ("apt-get update", APT_INDEX),
        ("apt-get -qq -o A=b update", APT_INDEX),
        ("/usr/bin/apt-get update", APT_INDEX),
        ("aptitude update", APT_INDEX),
        (
            "apt-get install -y --no-install-recommends -t stable curl git=1:2",
            "reads /etc/apt, writes ANY, network, apt.Install(curl git=1:2)",
        ),
        ("apt-get install ./a.deb", "reads /etc/apt ./a.deb, writes ANY, network, apt.Install(./a.deb)"),
        ("apt-get install $P", "reads ANY, writes ANY, network, apt.Install(${P})"),
        ("apt-get dist-upgrade -y", "reads /etc/apt, writes ANY, network, apt.Upgrade()"),
        ("apt-get purge -y gcc", "reads /etc/apt, writes ANY, deletes ANY, apt.Remove(gcc)"),
        ("apt-get clean", "deletes /var/lib/apt/lists /var/cache/apt, apt.Clean()"),
        ("apt-get frobnicate", "unknown"),
        ("apt-get", "unknown"),
        ("apt-get --version", "reads /etc/apt /var/lib/apt/lists /var/cache/apt, apt.Query()"),
        ("apt-mark auto gcc", "writes /var/lib/apt /var/lib/dpkg"),
        ("dpkg -i a.deb", "reads a.deb, writes ANY, dpkg.Install(a.deb)"),
        ("dpkg --print-architecture", "reads ANY, dpkg.Query()"),
        ("dpkg --add-architecture i386", "reads /var/lib/dpkg, writes /var/lib/dpkg, dpkg.Configure()"),
        (
            "apk add --no-cache --virtual .build gcc musl-dev",
            "reads /etc/apk, writes ANY, network, apk.Install(gcc musl-dev)",
        ),
        ("apk --no-cache add curl", "reads /etc/apk, writes ANY, network, apk.Install(curl)"),
        ("apk del .build", "reads /etc/apk, writes ANY, deletes ANY, apk.Remove(.build)"),
        ("apk update", "reads /etc/apk, writes /var/cache/apk /etc/apk/cache, network, apk.Update()"),
        ("rpm -Uvh https://h/a.rpm", "writes ANY, network, rpm.Install(https://h/a.rpm)"),
        ("rpm -qa", "reads ANY, rpm.Query()"),
        ("rpm -e a", "writes ANY, deletes ANY, rpm.Remove(a)"),
        ("zypper -n in curl", "reads /etc/zypp, writes ANY, network, zypper.Install(curl)"),
        ("zypper --non-interactive clean -a", "deletes /var/cache/zypp, zypper.Clean()"),
        ("pacman -Syu --noconfirm git", "reads git, writes ANY, network, pacman.Install(git)"),
        ("pacman -Sy", "writes /var/lib/pacman/sync, network, pacman.Update()"),
        ("pacman -Scc --noconfirm", "deletes /var/cache/pacman/pkg /var/lib/pacman/sync, pacman.Clean()"),
    ]);
    for (text, said) in [
        ("yum install -y gcc make", "yum.Install(gcc make)"),
        ("yum -y update", "yum.Upgrade()"),
        ("yum clean all", "yum.Clean()"),
        ("dnf module install nodejs", "dnf.Install(nodejs)"),
        ("dnf module list nodejs", "dnf.Query(nodejs)"),
        ("dnf -y --setopt=a=b group install x", "dnf.Install(x)"),
        ("microdnf install -y a", "microdnf.Install(a)"),
        ("yum-config-manager --add-repo x", "yum.Configure()"),
    ] {
        assert!(describe(text).contains(said), "{text} is {}", describe(text));
    }
}

#[test]
fn reads_calls_of_language_managers() {
    for (text, said) in [
        ("pip install flask==1 requests", "writes ANY, network, pip.Install(flask==1 requests)"),
        ("pip3.11 install -r requirements.txt", "requirements.txt, writes ANY, network, pip.Install()"),
        ("python3 -m pip install --no-cache-dir .", "., writes ANY, network, pip.Install(.)"),
        ("python -m pip install -U pip", "pip.Install(pip)"),
        ("pip cache purge", "deletes ~/.cache/pip, pip.Clean(purge)"),
        ("pip freeze", "pip.Query()"),
        ("python3 setup.py install", "unknown"),
        ("python -m venv /venv", "writes /venv"),
        ("npm ci", "reads ANY, writes ANY, network, npm.Install()"),
        ("npm install -g yarn", ", writes ANY, network, npm.Install(yarn)"),
        ("npm cache clean --force", "deletes ~/.npm, npm.Clean(clean)"),
        ("npm run build", "unknown"),
        ("npm test", "unknown"),
        ("npm config set registry x", "npm.Configure(set registry x)"),
        ("yarn", "yarn.Install()"),
        ("yarn install --frozen-lockfile", "yarn.Install()"),
        ("yarn global add x", "yarn.Install(x)"),
        ("yarn build", "unknown"),
        ("yarn cache clean", "yarn.Clean()"),
        ("pnpm store prune", "pnpm.Clean()"),
        ("pnpm install", "pnpm.Install()"),
        ("bun install", "bun.Install()"),
        ("bun run x", "unknown"),
        ("gem install --no-document bundler -v 2.4", "gem.Install(bundler)"),
        ("bundle install --jobs 4", "reads ANY, writes ANY, network, bundle.Install()"),
        ("bundle exec rake", "unknown"),
        ("composer install --no-dev", "composer.Install()"),
        ("composer clear-cache", "composer.Clean()"),
        ("conda install -y -c conda-forge numpy", "conda.Install(numpy)"),
        ("conda env create -f environment.yml", "environment.yml, writes ANY, network, conda.Install()"),
        ("conda clean -afy", "conda.Clean()"),
        ("conda activate x", "unknown"),
        ("go mod download", "go.Install()"),
        ("go build -o /app ./cmd/app", "go.Build(./cmd/app)"),
        ("go test ./...", "unknown"),
        ("cargo build --release", "cargo.Build()"),
        ("cargo install ripgrep --version 1", "cargo.Install(ripgrep)"),
        ("cargo run", "unknown"),
        ("mvn -B dependency:go-offline", "maven.Install()"),
        ("mvn clean package -DskipTests", "maven.Build(package)"),
        ("gradle build", "gradle.Build(), starts"),
        ("gradle build --no-daemon", "gradle.Build()"),
        ("./gradlew build", "unknown"),
        ("dotnet restore a.csproj", "dotnet.Install(a.csproj), starts"),
        ("dotnet publish -c Release -o /out", "dotnet.Build(), starts"),
        ("dotnet nuget locals all --clear", "dotnet.Clean(all)"),
        ("dotnet run", "unknown"),
        ("poetry install --no-root", "poetry.Install()"),
        ("poetry run x", "unknown"),
        ("uv sync --locked", "uv.Install()"),
        ("uv pip install -r requirements.txt", "requirements.txt, writes ANY, network, uv.Install()"),
        ("uv run x", "unknown"),
        ("pipenv sync", "pipenv.Install()"),
        ("pipx install black", "pipx.Install(black)"),
        ("pecl install redis", "pecl.Install(redis)"),
    ] {
        assert!(describe(text).contains(said), "{text} is {}", describe(text));
    }
    assert!(!describe("gradle build --no-daemon").contains("starts"));
}
