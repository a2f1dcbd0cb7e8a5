# Debians in directories (test/matrix, test/roots); to be sourced, after lib.sh,
# by a script that may be started by anybody: it goes on as root, for it needs
# root, or sudo, or a container's root that may chroot and mount.
#
#   bootstrap CHROOT RELEASE			unpacks a minimal one, if it is not there yet
#   inside CHROOT COMMAND...			runs a command in it as root
#   bring_sources CHROOT PLACE			copies plg to a place in it
#
# The mirror is the one of this machine's apt.

if [ "$(id -u)" != 0 ]; then
	have sudo || die "only root can unpack a Debian and run in it: there is no sudo"
	exec sudo env "ONLY=${ONLY:-}" "SLOW=${SLOW:-}" "STEPS=${STEPS:-}" "RELEASE=${RELEASE:-}" "PLG_SHARED=${PLG_SHARED:-}" "$0" "$@"
fi
have debootstrap || "$root/tools/install-packages" debootstrap
mirror=$(debian_mirror)
keyring=/usr/share/keyrings/debian-archive-keyring.gpg

source_of()
{
	echo "deb [signed-by=$keyring] $mirror $1 main"
}

bootstrap()
{
	local script=/usr/share/debootstrap/scripts/$2

	if [ ! -e "$1/bootstrapped" ]; then
		rm -rf "$1"
		[ -e "$script" ] || script=${script%/*}/sid		# a release younger than debootstrap
		debootstrap --variant=minbase "$2" "$1" "$mirror" "$script"
		touch "$1/bootstrapped"
	fi
	source_of "$2" >"$1/etc/apt/sources.list"
	cp -L /etc/resolv.conf /etc/hosts "$1/etc/"
	apt-config dump | grep -E '^Acquire::(.*[Pp]roxy|Check-)' >"$1/etc/apt/apt.conf.d/90host" || true
	grep -q '^plg:' "$1/etc/passwd" || inside "$1" useradd -m -s /bin/bash plg
}

# In namespaces, so that no mount and no process stays behind; more of them by
# more_namespaces, such as --net.
more_namespaces=()
inside()
{
	local chroot=$1
	shift
	unshare --mount --pid "${more_namespaces[@]}" --fork --kill-child bash -c '
		mount -t proc proc "$0/proc" && mount -t tmpfs tmpfs "$0/dev/shm" &&
			exec env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LANG=C.UTF-8 DEBIAN_FRONTEND=noninteractive \
				${http_proxy:+"http_proxy=$http_proxy"} ${https_proxy:+"https_proxy=$https_proxy"} chroot "$0" "$@"' "$chroot" "$@" </dev/null
}

# The sources as they stand, beside what an earlier run has built.
bring_sources()
{
	mkdir -p "$1$2"
	find "$1$2" -mindepth 1 -maxdepth 1 ! -name build -exec rm -rf {} +
	tar -C "$root" --exclude=./build --exclude=./.git --exclude='*.o' --exclude='*.bc' --exclude='*.so' --exclude='*.d' -cf - . |
		tar -C "$1$2" -xf -
}
