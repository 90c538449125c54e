namespace DePin.Sdk.Chains.Evm.Keys;

/// <summary>Why a key file could not be used.</summary>
public enum EvmKeyProblem
{
    /// <summary>The password is another one, or the file was changed: its checksum does not hold.</summary>
    WrongPassword,

    /// <summary>The file is no key file, or a part of it is missing or out of range.</summary>
    Malformed,

    /// <summary>The file asks for more memory or work than <see cref="EvmKeyStoreOptions"/> allows.</summary>
    TooCostly,

    /// <summary>The file uses something that is not supported.</summary>
    Unsupported,

    /// <summary>The folder has no file of that address.</summary>
    NotFound,

    /// <summary>The folder has a file of that address already.</summary>
    AlreadyExists,

    /// <summary>The file or folder could not be read or written.</summary>
    Storage,
}
