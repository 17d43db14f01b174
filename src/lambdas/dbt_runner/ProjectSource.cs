using System.IO.Compression;
using System.Security.Cryptography;
using Gild.Adapters.Aws;

namespace DbtRunner;

/// <summary>Where the dbt project is: a folder (the layer), or a zip in S3 that is unpacked once for each version of it.</summary>
static class ProjectSource
{
    const long LargestFile = 100_000_000;
    const long LargestProject = 400_000_000;
    const int MostFiles = 50_000;

    /// <summary>The folder of dbt_project.yml.</summary>
    public static string Prepare(RunnerSettings settings, AwsRequests aws, string workFolder)
    {
        string folder = settings.ProjectPlace.StartsWith("s3://", StringComparison.Ordinal)
            ? Unpacked(settings, aws, workFolder)
            : Path.GetFullPath(settings.ProjectPlace);
        return File.Exists(Path.Combine(folder, "dbt_project.yml")) ? folder : throw new RunnerException(
            RunnerException.BadConfiguration, $"there is no dbt project at {settings.ProjectPlace}: dbt_project.yml is missing",
            "give the function the project's layer, or set DBT_PROJECT_DIR to the folder of dbt_project.yml or to s3://bucket/project.zip");
    }

    static string Unpacked(RunnerSettings settings, AwsRequests aws, string workFolder)
    {
        S3Address address = S3Address.Parse(settings.ProjectPlace);
        int slash = address.Prefix.LastIndexOf('/');
        S3Store store = new(new S3Address(address.Bucket, slash < 0 ? "" : address.Prefix[..slash]), aws, settings.Variable);
        StoredObject zip = store.Get(address.Prefix[(slash + 1)..]) ?? throw new RunnerException(
            RunnerException.BadConfiguration, $"there is no object {settings.ProjectPlace}", "upload dbt-project-layer.zip there, or correct DBT_PROJECT_DIR");
        string folder = Path.Combine(workFolder, $"project-{Convert.ToHexStringLower(SHA256.HashData(zip.Content))[..16]}");
        if (!Directory.Exists(folder))
        {
            Unpack(zip.Content, folder, settings.ProjectPlace);
        }

        // The layer's zip has the project in a folder of its own.
        return File.Exists(Path.Combine(folder, "dbt_project.yml")) ? folder
            : Directory.EnumerateDirectories(folder).FirstOrDefault(d => File.Exists(Path.Combine(d, "dbt_project.yml"))) ?? folder;
    }

    /// <summary>Refuses entries that would land elsewhere, and archives that would fill the disk; appears whole or not at all.</summary>
    internal static void Unpack(byte[] zip, string folder, string name)
    {
        string part = $"{folder}.{Guid.NewGuid():N}.tmp";
        string root = Path.GetFullPath(part) + Path.DirectorySeparatorChar;
        try
        {
            using ZipArchive archive = new(new MemoryStream(zip), ZipArchiveMode.Read);
            long total = 0;
            if (archive.Entries.Count > MostFiles)
            {
                throw Bad(name, $"it has more than {MostFiles} files");
            }

            Directory.CreateDirectory(part);
            foreach (ZipArchiveEntry entry in archive.Entries)
            {
                string path = Path.GetFullPath(Path.Combine(root, entry.FullName));
                if (!path.StartsWith(root, StringComparison.Ordinal) || Path.IsPathRooted(entry.FullName))
                {
                    throw Bad(name, $"the entry '{entry.FullName}' points out of the folder");
                }

                // The upper half of the attributes is the Unix mode; a link could point anywhere.
                if (((entry.ExternalAttributes >> 16) & 0xF000) == 0xA000)
                {
                    throw Bad(name, $"the entry '{entry.FullName}' is a link");
                }

                if (entry.FullName.EndsWith('/'))
                {
                    Directory.CreateDirectory(path);
                    continue;
                }

                total += Extract(entry, path, name);
                if (total > LargestProject)
                {
                    throw Bad(name, $"it unpacks to more than {LargestProject / 1_000_000} MB");
                }
            }

            Directory.Move(part, folder);
        }
        catch (InvalidDataException e)
        {
            throw Bad(name, e.Message);
        }
        finally
        {
            if (Directory.Exists(part))
            {
                Directory.Delete(part, true);
            }
        }
    }

    /// <summary>Counts what comes out: the size that an archive claims may be a lie.</summary>
    static long Extract(ZipArchiveEntry entry, string path, string name)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        using Stream from = entry.Open();
        using FileStream to = new(path, FileMode.CreateNew, FileAccess.Write);
        byte[] buffer = new byte[81920];
        long size = 0;
        for (int read = from.Read(buffer); read > 0; read = from.Read(buffer))
        {
            size += read;
            if (size > LargestFile)
            {
                throw Bad(name, $"'{entry.FullName}' unpacks to more than {LargestFile / 1_000_000} MB");
            }

            to.Write(buffer, 0, read);
        }

        return size;
    }

    static RunnerException Bad(string name, string why) =>
        new(RunnerException.BadConfiguration, $"{name} is not taken as a project: {why}", "zip the project as infra/scripts/build-dbt-layer.sh --project-only does");
}
